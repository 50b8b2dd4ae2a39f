#!/usr/bin/env python3
"""A small server that takes part in a room of a ScaiWave server. Usage: handshake.py robot.localhost:9000
Written from ../protocol.md alone, with Python's standard library and PyNaCl (`pip install pynacl`), for names under
.localhost and so over plain http. It waits for an invitation of @robot, joins, follows the log, says something, and
ends with 0 when its words have come back with their place. What it leaves out is what keeps a real server alive:
storage, the rules of rooms (section 7), remembered nonces, key rotation, retries."""
import base64, hashlib, http.client, json, queue, re, secrets, struct, sys, threading, time, uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from nacl import exceptions, signing

NAME, SEND, DAY, PATIENCE_S = sys.argv[1], "/federation/send", 86_400_000, 60
PARTS = ("@method", "@path", "@query", "content-digest", "swp-origin", "swp-destination")
COMPONENTS = "(" + " ".join(f'"{part}"' for part in PARTS) + ")"
now = lambda: int(time.time() * 1000)
b64u = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
b64 = lambda raw: base64.b64encode(raw).decode()
sha256 = lambda *parts: hashlib.sha256(b"".join(parts)).digest()
server_of = lambda fqid: fqid.split(":", 1)[1]
step = lambda text: print(text, flush=True)
class Refused(Exception): pass  # code, message, HTTP status
def demand(holds, code, message, status=400):
    if not holds: raise Refused("SW_FED_" + code, message, status)
def unb64u(text):  # strict: no padding, no foreign characters, no trailing bits
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    demand(b64u(raw) == text, "EVENT_INVALID", "not base64url")
    return raw

# --- section 3: canonical JSON ---
def canonical(value): return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
def strict(raw):
    def pairs(members):
        good = len(dict(members)) == len(members) and all(re.fullmatch("[ -~]{0,128}", name) for name, _ in members)
        return dict(members) if good else never(0)
    def whole(digits): return never(0) if digits == "-0" or len(digits) > 17 or abs(int(digits)) >= 2**53 else int(digits)
    def never(_): raise ValueError
    def depth(v): return 1 + max(map(depth, v.values() if isinstance(v, dict) else v), default=0) if isinstance(v, (dict, list)) else 0
    try:
        value = json.loads(raw.decode(), object_pairs_hook=pairs, parse_int=whole, parse_float=never, parse_constant=never)
        return value if canonical(value) and depth(value) <= 40 else never(0)  # a lone surrogate cannot be encoded
    except (ValueError, RecursionError): raise Refused("SW_FED_EVENT_INVALID", "not canonical JSON", 400)

# --- section 4: signatures ---
key_id = lambda raw: "ed25519:" + b64u(sha256(raw)[:8])
without = lambda value, *names: {name: member for name, member in value.items() if name not in names}
tagged = lambda tag, value: f"swp-{tag}-v1\n".encode() + canonical(value)
def verify(public, message, sig, what):
    raw = base64.b64decode(public.removeprefix("ed25519:"), validate=True)
    try: signing.VerifyKey(raw).verify(message, unb64u(sig["value"]))
    except (exceptions.BadSignatureError, ValueError): raise Refused("SW_FED_SIGNATURE_MISMATCH", f"the {what} does not verify", 401)
    demand(key_id(raw) == sig["key_id"], "SIGNATURE_MISMATCH", "another key's signature", 401)
verify_whole = lambda tag, value, key: verify(key, tagged(tag, without(value, "sig")), value["sig"], tag)
KEY = signing.SigningKey.generate()
OWN_ID, OWN_KEY = key_id(bytes(KEY.verify_key)), "ed25519:" + b64(bytes(KEY.verify_key))
signed = lambda tag, value: {"key_id": OWN_ID, "value": b64u(KEY.sign(tagged(tag, value)).signature)}
def valid_key(descriptor, wanted, ts):  # section 18
    valid = lambda key: key["valid_from"] <= ts < min(key["valid_until"], key.get("revoked_at", 2**53))
    keys = [key["public_key"] for key in descriptor["keys"] if key["key_id"] == wanted and valid(key)]
    demand(keys, "KEY_UNTRUSTED", "no such key at that time", 401)
    return keys[0]
DESCRIPTOR = {
    "server_name": NAME, "public_key": OWN_KEY, "protocol_versions": ["v1"], "endpoints": {"send": SEND},
    "keys": [{"key_id": OWN_ID, "public_key": OWN_KEY, "valid_from": now() - 1000, "valid_until": now() + 365 * DAY}],
    "software": {"name": "handshake", "version": "1"}, "updated_at": now()}
DESCRIPTOR["sig"] = signed("descriptor", DESCRIPTOR)

# --- section 5: events ---
def header(event):
    head = without(event, "content", "salt", "sig")
    if "content" in event: head["content_hash"] = b64u(sha256(unb64u(event["salt"]), canonical(event["content"])))
    return head
event_hash = lambda event: sha256(canonical({**header(event), "sig": event["sig"]}))
verify_event = lambda event, key: verify(key, tagged("event", header(event)), event["sig"], "event")
def make_event(room, seen, origin_seq, kind, content):
    event = {"v": 1, "event_id": str(uuid.uuid4()), "room_id": room, "type": kind, "sender": "@robot:" + NAME,
             "origin_ts": now(), "origin_seq": origin_seq, "seen": seen, "content": content, "salt": b64u(secrets.token_bytes(16))}
    return {**event, "sig": signed("event", header(event))}

# --- sections 14 and 15: requests ---
digest = lambda body: f"sha-256=:{b64(sha256(body))}:"
def base(*values): return "\n".join(f'"{part}": {value}' for part, value in zip(PARTS + ("@signature-params",), values)).encode()
def ask(peer, method, path, value=None):  # signed, also where it need not be
    body = b"" if value is None else canonical(value)
    params = f'{COMPONENTS};created={now() // 1000};keyid="{OWN_ID}";alg="ed25519";nonce="{b64u(secrets.token_bytes(16))}"'
    signature = b64(KEY.sign(base(method, path, "?", digest(body), NAME, peer, params)).signature)
    headers = {"Host": peer, "Content-Type": "application/json", "Content-Digest": digest(body), "Swp-Origin": NAME,
               "Swp-Destination": peer, "Signature-Input": "swp=" + params, "Signature": f"swp=:{signature}:"}
    connection = http.client.HTTPConnection("127.0.0.1", int(peer.rpartition(":")[2]), timeout=30)
    connection.request(method, path, body, headers)
    told = strict((answer := connection.getresponse()).read(8 << 20))
    return told if answer.status == 200 else sys.exit(f"{method} {path}: {answer.status} {told}")
PINNED = {}  # first contact pins
path_at = lambda peer, name: descriptor_of(peer)["endpoints"][name]  # a whole URL would be right too
def descriptor_of(peer):
    if peer not in PINNED:
        found = ask(peer, "GET", "/.well-known/scaiwave/server")
        demand(found["server_name"] == peer, "PEER_UNKNOWN", "another server's descriptor", 403)
        signer = next(key["public_key"] for key in found["keys"] if key["key_id"] == found["sig"]["key_id"])
        verify_whole("descriptor", found, signer)
        PINNED[peer] = found
    return PINNED[peer]
def verify_request(method, target, headers, body):
    one = lambda name: headers.get_all(name, [])[0] if len(headers.get_all(name, [])) == 1 else ""
    path, _, query = target.partition("?")
    params = one("Signature-Input").removeprefix("swp=")
    listed = dict(param.split("=", 1) for param in params.removeprefix(COMPONENTS + ";").split(";") if "=" in param)
    demand(params.startswith(COMPONENTS + ";") and set(listed) == {"created", "keyid", "alg", "nonce"}
           and listed["alg"] == '"ed25519"', "SIGNATURE_MISMATCH", "the signature headers are not as they must be", 401)
    demand(one("Swp-Destination") == NAME, "WRONG_DESTINATION", "that is not me", 421)
    public = valid_key(descriptor_of(one("Swp-Origin")), listed["keyid"].strip('"'), now())
    demand(abs(int(listed["created"]) - now() // 1000) <= 60, "CLOCK_SKEW", "made at another time", 401)
    demand(one("Content-Digest") == digest(body), "SIGNATURE_MISMATCH", "another body was signed", 401)
    value = b64u(base64.b64decode(one("Signature").removeprefix("swp=:").removesuffix(":"), validate=True))
    message = base(method, path, "?" + query, digest(body), one("Swp-Origin"), NAME, params)
    verify(public, message, {"key_id": listed["keyid"].strip('"'), "value": value}, "request")
    return one("Swp-Origin")

# --- sections 8 to 10: the log, followed from a snapshot ---
class Room:
    def __init__(self, host, snapshot):
        state, create = snapshot["state"], snapshot["state"]["create"]
        verify_whole("snapshot", snapshot, valid_key(descriptor_of(host), snapshot["sig"]["key_id"], snapshot["ts"]))
        room_id = "room-" + base64.b32encode(event_hash(create)[:20]).decode().lower()
        demand(room_id == snapshot["room_id"], "EVENT_INVALID", "the genesis is another room's")
        demand(host == state["host"] == server_of(create["sender"]) and not state["transfers"], "NOT_HOST", "handed over", 421)
        self.id, self.host, self.ts, self.servers = room_id, host, 0, {n: s["descriptor"] for n, s in state["servers"].items()}
        self.head = {name: snapshot[name] for name in ("term", "seq", "chain")}
    def follow(self, item):
        head, ts, servers, taken, point = self.head, self.ts, dict(self.servers), [], item["checkpoint"]
        for entry in item["entries"]:
            event = entry["event"]
            if entry["seq"] <= self.head["seq"]: continue  # a real server compares the chains
            if entry["seq"] > head["seq"] + 1: return {"status": "gap", "have_seq": self.head["seq"]}
            demand(entry["term"] == head["term"] and entry["ts"] > ts and event["room_id"] == self.id, "CHAIN_BROKEN", "no next entry", 409)
            ts = entry["ts"]
            verify_event(event, valid_key(servers[server_of(event["sender"])], event["sig"]["key_id"], ts))
            numbers = struct.pack(">QQQ", entry["term"], entry["seq"], ts)
            chain = sha256(b"swp-chain-v1\n", unb64u(head["chain"]), numbers, event_hash(event))
            head = {"term": entry["term"], "seq": entry["seq"], "chain": b64u(chain)}
            if event["type"] == "swp.room.server": servers[event["content"]["server"]] = event["content"]["descriptor"]
            taken.append(entry)
        if taken:
            demand(all(point[name] == head[name] for name in head) and point["ts"] >= ts, "CHAIN_BROKEN", "the checkpoint is another's", 409)
            verify_whole("checkpoint", point, valid_key(servers[self.host], point["sig"]["key_id"], point["ts"]))
        self.head, self.ts, self.servers = head, ts, servers  # all or nothing
        for entry in taken: ENTRIES.put(entry)
        return {"status": "ok", "have_seq": head["seq"]}
INVITES, ENTRIES, ROOM, LOCK = queue.Queue(), queue.Queue(), [], threading.Lock()
def take(origin, item):  # section 16
    kind, event, card = item["kind"], item.get("event"), item.get("card")
    if kind == "invite":
        demand(card["host"] == origin and card["room_id"] == event["room_id"], "NOT_HOST", "only the host invites")
        demand(event["content"]["participant"] == "@robot:" + NAME, "PARTICIPANT_UNKNOWN", "there is only @robot")
        verify_event(event, valid_key(descriptor_of(server_of(event["sender"])), event["sig"]["key_id"], now()))
        INVITES.put(item)
        return {"status": "ok", "decision": "pending"}
    if kind == "entries":
        demand(ROOM and (ROOM[0].id, ROOM[0].host) == (item["room_id"], origin), "ROOM_UNKNOWN", "no such room of yours")
        with LOCK: return ROOM[0].follow(item)
    if kind == "heads": return {"status": "ok", "rooms": {ROOM[0].id: ROOM[0].head} if ROOM else {}}
    return demand(kind in ("ephemeral", "removed"), "EVENT_INVALID", "unknown kind") or {"status": "ok"}
def guarded(reads):  # a member that is missing or of another type
    try: return reads()
    except (KeyError, TypeError, ValueError, AttributeError): raise Refused("SW_FED_EVENT_INVALID", "not of the right form", 400)
def result(origin, item):  # section 17: one bad item costs only itself
    try: return guarded(lambda: take(origin, item))
    except Refused as why: return {"status": "rejected", "code": why.args[0], "message": why.args[1]}
class Handler(BaseHTTPRequestHandler):
    log_message = lambda *_: None
    def handle_method(self):
        try: status, value = 200, self.told()
        except Refused as why: status, value = why.args[2], {"error": {"code": why.args[0], "message": why.args[1]}}
        body = canonical(value)
        self.send_response(status)
        for name, text in (("Content-Type", "application/json"), ("Content-Length", str(len(body)))): self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = handle_method
    def told(self):
        if self.path == "/.well-known/scaiwave/server": return DESCRIPTOR
        demand((self.command, self.path) == ("POST", SEND), "EVENT_INVALID", "there is nothing at this path", 404)
        body = guarded(lambda: self.rfile.read(min(int(self.headers["Content-Length"]), 1 << 20)))
        origin = guarded(lambda: verify_request("POST", self.path, self.headers, body))
        return {"results": [result(origin, item) for item in guarded(lambda: list(strict(body)["items"]))]}
def submit(room, event):
    answer = ask(room.host, "POST", path_at(room.host, "send"), {"items": [{"kind": "submit", "event": event}]})["results"][0]
    if answer["status"] != "ok": sys.exit(f"the host says {answer}")
    while (entry := ENTRIES.get(timeout=PATIENCE_S))["event"]["event_id"] != event["event_id"]:
        step(f"  entry {entry['seq']}: {entry['event']['type']} of {entry['event']['sender']}, verified")
    return entry["seq"] if entry["event"] == event else sys.exit("that is not what I submitted")

threading.Thread(target=ThreadingHTTPServer(("127.0.0.1", int(NAME.rpartition(":")[2])), Handler).serve_forever, daemon=True).start()
step(f"1. serving the descriptor of {NAME}, key {OWN_ID}")
card = INVITES.get(timeout=PATIENCE_S)["card"]
step(f"2. invited into {card['room_id']} of {card['host']}; the inviter's signature verifies")
ROOM.append(room := Room(card["host"], ask(card["host"], "GET", path_at(card["host"], "snapshot").replace("{room_id}", card["room_id"]))))
step(f"3. the snapshot at seq {room.head['seq']} verifies and belongs to the room id")
join = make_event(room.id, room.head, now(), "swp.room.member", {"participant": "@robot:" + NAME, "membership": "join", "display_name": "Robot"})
step(f"4. joined: my join is entry {submit(room, join)}; chain and checkpoint verify")
words = make_event(room.id, room.head, now(), "swp.room.message", {"msgtype": "swp.text", "body": "Hello from Python", "mentions": []})
step(f"5. my message came back as entry {submit(room, words)}, with the chain at {room.head['chain']}")
