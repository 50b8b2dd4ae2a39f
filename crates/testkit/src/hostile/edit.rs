//! JSON changed by path: `a/b/0` is element 0 of member `b` of member `a`.

use scaiwave_protocol::Json;

/// What stands at a path.
pub fn at_mut<'j>(json: &'j mut Json, path: &str) -> Option<&'j mut Json> {
    path.split('/')
        .filter(|name| !name.is_empty())
        .try_fold(json, |json, name| match json {
            Json::Arr(elements) => elements.get_mut(name.parse::<usize>().ok()?),
            Json::Obj(object) => object.get_mut(name),
            Json::Null | Json::Bool(_) | Json::Int(_) | Json::Str(_) => None,
        })
}

/// Puts a value at a path; its parent must be there.
pub fn set(json: &mut Json, path: &str, value: Json) {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    match at_mut(json, parent) {
        Some(Json::Obj(object)) => {
            object.insert(name.to_owned(), value);
        }
        Some(Json::Arr(elements)) => elements[name.parse::<usize>().expect("an index")] = value,
        _ => panic!("nothing at {path}"),
    }
}

/// Takes away what stands at a path.
pub fn remove(json: &mut Json, path: &str) {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
    let gone = match at_mut(json, parent) {
        Some(Json::Obj(object)) => object.remove(name),
        _ => None,
    };
    assert!(gone.is_some(), "nothing at {path}");
}

/// Every scalar in a value, each changed a little: where, and the whole value with that change.
pub fn flips(json: &Json) -> Vec<(String, Json)> {
    let mut paths = Vec::new();
    collect(json, "", &mut paths);
    let flip = |path: String| {
        let mut changed = json.clone();
        let scalar = at_mut(&mut changed, &path)?;
        *scalar = flipped(scalar)?;
        Some((path, changed))
    };
    paths.into_iter().filter_map(flip).collect()
}

fn collect(json: &Json, path: &str, paths: &mut Vec<String>) {
    match json {
        Json::Obj(object) => {
            for (name, value) in object {
                collect(value, &format!("{path}/{name}"), paths);
            }
        }
        Json::Arr(elements) => {
            for (n, value) in elements.iter().enumerate() {
                collect(value, &format!("{path}/{n}"), paths);
            }
        }
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Str(_) => paths.push(path.to_owned()),
    }
}

/// One bit of a number; the first letter or digit of a text.
fn flipped(scalar: &Json) -> Option<Json> {
    match scalar {
        Json::Bool(value) => Some(Json::Bool(!value)),
        Json::Int(value) => Some(Json::Int(value ^ 1)),
        Json::Str(text) => {
            // Of names and binary values the last character may be ignored by their form; the middle is not.
            let place = text.len() / 2;
            let mut bytes = text.clone().into_bytes();
            let byte = bytes.get_mut(place).filter(|byte| byte.is_ascii())?;
            *byte = if *byte == b'a' { b'b' } else { b'a' };
            String::from_utf8(bytes).ok().map(Json::Str)
        }
        Json::Null | Json::Arr(_) | Json::Obj(_) => None,
    }
}
