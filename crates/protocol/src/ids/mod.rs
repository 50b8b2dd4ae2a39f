//! Names (protocol section 1). Each is a type of its own, and none exists in a wrong form.

mod event_id;
mod event_type;
mod fqid;
mod local_id;
mod room_id;
mod server_name;

pub use event_id::EventId;
pub use event_type::EventType;
pub use fqid::Fqid;
pub use local_id::LocalId;
pub use room_id::RoomId;
pub use server_name::ServerName;

/// What every name that is text has: parsing, printing, JSON.
macro_rules! text_id {
    ($name:ident) => {
        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        crate::ids::text_form!($name);
    };
}

/// `FromStr`, JSON and serde for a type with `parse` and `Display`.
macro_rules! text_form {
    ($name:ident) => {
        impl std::str::FromStr for $name {
            type Err = crate::json::Malformed;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl From<&$name> for crate::json::Json {
            fn from(id: &$name) -> Self {
                crate::json::Json::Str(id.to_string())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use text_form;
pub(crate) use text_id;
