use crate::people::Person;
use crate::place::Site;
use crate::process::Server;
use crate::wire::Origin;

use super::peer::Stranger;

/// A server, somebody on it, and a stranger whose mallory is in a room of theirs.
pub(super) struct Scene {
    pub(super) server: Server,
    pub(super) owner: Person,
    pub(super) stranger: Stranger,
    pub(super) room: String,
}

impl Scene {
    /// Starts a server on the first port and a stranger on the second one. The server lets these others
    /// in, too.
    pub(super) async fn set(
        site: &Site,
        ports: [u16; 2],
        others: &[&Origin],
    ) -> anyhow::Result<Self> {
        let mut server = Server::new(site, "a.localhost", ports[0])?;
        server.start().await?;
        let owner = Person::create(&server, "a0").await?;
        let mut stranger = Stranger::open("p.localhost", ports[1], &server.origin).await?;
        owner.trust(&[&[&stranger.origin], others].concat()).await?;
        let room = owner.room_with(&[]).await?;
        stranger.join(&owner, &room, &["mallory"]).await?;
        Ok(Scene {
            server,
            owner,
            stranger,
            room,
        })
    }
}
