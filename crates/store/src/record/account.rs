use std::net::IpAddr;
use std::str::FromStr;

use scaiwave_protocol::{EventId, LocalId, Malformed, ServerName};

/// One tenant of this server: one server name, one key ring, one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantRow {
    /// `[a-z0-9-]{1,32}`; names the file.
    pub slug: String,
    /// For people.
    pub name: String,
    /// For the world.
    pub server_name: ServerName,
    /// When.
    pub created_at: u64,
}

/// What an account may do beyond its own rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An ordinary participant.
    Member,
    /// May see and change the tenant's federation, people and settings.
    Admin,
}

/// A participant of this tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParticipantRow {
    /// Unique in the tenant.
    pub local_id: LocalId,
    /// What they are called.
    pub display_name: String,
    /// A media id.
    pub avatar: Option<String>,
    /// Admin or not.
    pub role: Role,
    /// A program.
    pub bot: bool,
    /// PHC string (argon2id).
    pub password_hash: Option<String>,
    /// When.
    pub created_at: u64,
    /// Since when the account is closed.
    pub deactivated_at: Option<u64>,
    /// When one of their logins was last used, to within a few minutes.
    pub last_seen_at: Option<u64>,
    /// What they want others to see; none: whatever their sessions say.
    pub presence: Option<PresenceChoice>,
}

/// What somebody wants others to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceChoice {
    /// There.
    Online,
    /// There, but away from the keyboard.
    Idle,
    /// Not to be disturbed.
    Busy,
    /// As if they were not there.
    AppearOffline,
}

impl PresenceChoice {
    /// As clients spell it, and as it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            PresenceChoice::Online => "online",
            PresenceChoice::Idle => "idle",
            PresenceChoice::Busy => "busy",
            PresenceChoice::AppearOffline => "appear_offline",
        }
    }
}

impl FromStr for PresenceChoice {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        [Self::Online, Self::Idle, Self::Busy, Self::AppearOffline]
            .into_iter()
            .find(|choice| choice.as_str() == text)
            .ok_or_else(|| Malformed::new("presence is one of online, idle, busy, appear_offline"))
    }
}

/// Members of an account to change; `None` leaves them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountPatch {
    /// What they are called.
    pub display_name: Option<String>,
    /// Some(None) takes the picture away.
    pub avatar: Option<Option<String>>,
    /// Admin or not.
    pub role: Option<Role>,
    /// PHC string (argon2id).
    pub password_hash: Option<String>,
    /// Some(None) opens the account again.
    pub deactivated_at: Option<Option<u64>>,
    /// Some(None) leaves it to their sessions.
    pub presence: Option<Option<PresenceChoice>>,
}

/// One login. Tokens are kept as SHA-256 only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its name in the list of sessions.
    pub id: EventId,
    /// Whose.
    pub local_id: LocalId,
    /// SHA-256 of the access token; unique.
    pub access_hash: [u8; 32],
    /// When the access token ends.
    pub access_expires_at: u64,
    /// SHA-256 of the refresh token; unique.
    pub refresh_hash: [u8; 32],
    /// When the refresh token ends.
    pub refresh_expires_at: u64,
    /// The refresh token before this one: its use means that one of the two was stolen.
    pub previous_refresh_hash: Option<[u8; 32]>,
    /// When.
    pub created_at: u64,
    /// When last used, to within a few minutes.
    pub last_used_at: u64,
    /// The client's own name for itself.
    pub user_agent: Option<String>,
    /// From where they logged in, as this server saw it: behind a proxy, the proxy's address.
    pub address: Option<IpAddr>,
}

/// A link with which somebody sets a new password without the old one; an account has one at most.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetLinkRow {
    /// Whose.
    pub local_id: LocalId,
    /// SHA-256 of what the link says; unique.
    pub hash: [u8; 32],
    /// When it ends.
    pub expires_at: u64,
}

/// Somebody's account as an identity provider knows them. Issuer and subject together are unique.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityRow {
    /// Its name in the list of identities.
    pub id: EventId,
    /// Whose.
    pub local_id: LocalId,
    /// The provider, as its tokens name it.
    pub issuer: String,
    /// Who they are there; never given to another.
    pub subject: String,
    /// What the provider says is their address, to tell two identities apart.
    pub email: Option<String>,
    /// When it was linked.
    pub created_at: u64,
    /// When they last came in by it.
    pub last_used_at: Option<u64>,
}

/// What a token for programs allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    /// To see what its owner sees.
    pub read: bool,
    /// To do what its owner may do in rooms.
    pub write: bool,
    /// To do what its owner may do as an admin.
    pub admin: bool,
}

/// A token that somebody has made for a program of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenRow {
    /// Its name in the list of tokens.
    pub id: EventId,
    /// Whose.
    pub local_id: LocalId,
    /// SHA-256 of the token; unique.
    pub hash: [u8; 32],
    /// What its owner calls it.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// When.
    pub created_at: u64,
    /// When it ends by itself.
    pub expires_at: Option<u64>,
    /// When last used, to within a few minutes.
    pub last_used_at: Option<u64>,
}

/// Somebody's second factor: an app that shows codes (RFC 6238).
#[derive(Clone, PartialEq, Eq)]
pub struct TotpRow {
    /// Whose.
    pub local_id: LocalId,
    /// What the app and we share.
    pub secret: [u8; 20],
    /// Whether a first code has shown that the app has it; until then no login needs a code.
    pub confirmed: bool,
    /// The time step of the last code that was taken: this one and older ones are refused.
    pub last_step: u64,
    /// SHA-256 of each recovery code that was not used.
    pub recovery: Vec<[u8; 32]>,
}

impl std::fmt::Debug for TotpRow {
    /// Never prints the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TotpRow")
            .field("local_id", &self.local_id)
            .finish_non_exhaustive()
    }
}

/// One of our own keys.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnKeyRow {
    /// The key record as it stands in our descriptor, canonical JSON.
    pub record: Vec<u8>,
    /// The key's id; unique.
    pub key_id: String,
    /// The 32 private bytes.
    pub seed: [u8; 32],
    /// From when on we sign with it.
    pub sign_from: u64,
}

impl std::fmt::Debug for OwnKeyRow {
    /// Never prints the private half.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OwnKeyRow")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}
