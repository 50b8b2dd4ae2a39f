use rusqlite::Result;
use scaiwave_store::record::TenantUsage;

use super::Reader;

impl Reader<'_> {
    /// Three rows, and the header of the file.
    pub(crate) fn usage(&self) -> Result<TenantUsage> {
        let counted = self.one(
            "SELECT
                 (SELECT n FROM usage WHERE name = 'open'),
                 (SELECT n FROM usage WHERE name = 'closed'),
                 (SELECT n FROM usage WHERE name = 'rooms')",
            [],
            |columns| {
                Ok(TenantUsage {
                    participants: columns.count()?,
                    closed_participants: columns.count()?,
                    rooms: columns.count()?,
                    storage_bytes: 0,
                })
            },
        )?;
        let pragma = |name: &str| {
            self.connection
                .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
        };
        let pages = pragma("page_count")? - pragma("freelist_count")?;
        let bytes = pages * pragma("page_size")?;
        Ok(TenantUsage {
            storage_bytes: u64::try_from(bytes).unwrap_or(0),
            ..counted.unwrap_or_default()
        })
    }
}
