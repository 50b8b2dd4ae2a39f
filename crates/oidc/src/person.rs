//! From claims to a person.

use scaiwave_engine::store::record::Role;
use scaiwave_engine::world::Vouched;
use serde_json::Value;

use crate::id_token::Claims;
use crate::limits::CLAIM_BYTES_MAX;
use crate::settings::ClaimNames;

/// Whether a claim that is asked for is in neither of these.
pub(crate) fn lacks_any(claims: &Claims, names: &ClaimNames) -> bool {
    let asked = [&names.local_id, &names.name, &names.email];
    let role = names.role.as_ref().map(|role| &role.claim);
    let mut all = asked.into_iter().chain(&names.tenant).chain(role);
    all.any(|name| find(claims, name).is_none())
}

/// Who it is. What the ID token says goes before what the userinfo says.
pub(crate) fn person(
    issuer: &str,
    subject: String,
    names: &ClaimNames,
    (token, userinfo): (&Claims, &Claims),
) -> Vouched {
    let value = |name: &str| find(token, name).or_else(|| find(userinfo, name));
    let text = |name: &str| {
        let text = value(name)?.as_str()?;
        (!text.is_empty() && text.len() <= CLAIM_BYTES_MAX).then(|| text.to_owned())
    };
    Vouched {
        issuer: issuer.to_owned(),
        subject,
        tenant: names.tenant.as_deref().and_then(text),
        local_id: text(&names.local_id),
        name: text(&names.name),
        email: text(&names.email).filter(|email| !email.chars().any(char::is_control)),
        role: names.role.as_ref().map(|role| {
            let said = value(&role.claim);
            let is_admin = said.is_some_and(|said| has_any(said, &role.admin_values));
            if is_admin { Role::Admin } else { Role::Member }
        }),
    }
}

/// By its name, or else by a path.
fn find<'a>(claims: &'a Claims, name: &str) -> Option<&'a Value> {
    let whole = claims.get(name);
    let by_path = || {
        let mut parts = name.split('.');
        let first = claims.get(parts.next()?)?;
        parts.try_fold(first, |value, part| value.get(part))
    };
    whole.or_else(by_path).filter(|value| !value.is_null())
}

fn has_any(said: &Value, wanted: &[String]) -> bool {
    let is_wanted = |value: &Value| {
        let text = value.as_str();
        text.is_some_and(|text| wanted.iter().any(|wanted| wanted == text))
    };
    match said {
        Value::Array(values) => values.iter().any(is_wanted),
        value => is_wanted(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::settings::RoleClaim;

    fn claims(value: &Value) -> Claims {
        value.as_object().expect("an object").clone()
    }

    fn role(said: &Value) -> Option<Role> {
        let names = ClaimNames {
            tenant: None,
            local_id: "preferred_username".to_owned(),
            name: "name".to_owned(),
            email: "email".to_owned(),
            role: Some(RoleClaim {
                claim: "realm_access.roles".to_owned(),
                admin_values: vec!["chat-admin".to_owned(), "root".to_owned()],
            }),
        };
        let token = claims(said);
        person("i", "s".to_owned(), &names, (&token, &Claims::new())).role
    }

    #[test]
    fn only_the_named_values_make_an_admin() {
        for said in [
            json!({"realm_access": {"roles": ["user", "chat-admin"]}}),
            json!({"realm_access": {"roles": "root"}}),
            json!({"realm_access.roles": ["root"]}),
        ] {
            assert_eq!(role(&said), Some(Role::Admin), "{said}");
        }
        for said in [
            json!({}),
            json!({"realm_access": {"roles": []}}),
            json!({"realm_access": {"roles": ["admin", "Root", "chat-admin2"]}}),
            json!({"realm_access": {"roles": true}}),
            json!({"realm_access": "root"}),
            json!({"roles": ["root"]}),
            json!({"realm_access.roles": null}),
        ] {
            assert_eq!(role(&said), Some(Role::Member), "{said}");
        }
    }

    #[test]
    fn the_token_goes_before_the_userinfo() {
        let names = ClaimNames {
            tenant: Some("tenant_id".to_owned()),
            local_id: "preferred_username".to_owned(),
            name: "name".to_owned(),
            email: "email".to_owned(),
            role: None,
        };
        let token = claims(&json!({"tenant_id": "acme", "name": "Ann", "email": "a\n@b"}));
        let long = "x".repeat(CLAIM_BYTES_MAX + 1);
        let userinfo =
            json!({"tenant_id": "globex", "preferred_username": "ann", "nickname": long});
        assert!(lacks_any(&token, &names));
        let said = (&token, &claims(&userinfo));
        let expected = Vouched {
            issuer: "i".to_owned(),
            subject: "s".to_owned(),
            tenant: Some("acme".to_owned()),
            local_id: Some("ann".to_owned()),
            name: Some("Ann".to_owned()),
            email: None,
            role: None,
        };
        assert_eq!(person("i", "s".to_owned(), &names, said), expected);
        let nickname = ClaimNames {
            local_id: "nickname".to_owned(),
            ..names
        };
        let said = (&token, &claims(&userinfo));
        let too_long = person("i", "s".to_owned(), &nickname, said);
        assert_eq!(too_long.local_id, None);
    }
}
