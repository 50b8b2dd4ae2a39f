"""acme2certifier behind TLS, in a network in which every name is this machine and port 443 is one that
anybody may listen on.

It runs in the directory of its files and is told two ports: its own, and the one that stands for 443."""

import os
import ssl
import sys

# Read when the modules below are loaded: the directory's URLs begin with https, and where the settings are.
os.environ["HTTPS"] = "on"
os.environ["ACME_SRV_CONFIGFILE"] = "authority.cfg"

from wsgiref.simple_server import make_server

import socks
from acme2certifier.acme_srv import helper

own_port, port_443 = int(sys.argv[1]), int(sys.argv[2])


connect = socks.socksocket.connect


def connect_in_our_network(self, address, *rest, **more):
    if address[1] != 443:
        raise ConnectionRefusedError(f"{address}: tls-alpn-01 is checked at port 443")
    connect(self, (address[0], port_443), *rest, **more)


socks.socksocket.connect = connect_in_our_network
helper.fqdn_resolve = lambda logger, host, *rest, **more: ("127.0.0.1", False, None)

from acme2certifier.share import acme2certifier_wsgi as acme

server = make_server("127.0.0.1", own_port, acme.application, handler_class=acme.get_handler_cls())
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain("cert.pem", "key.pem")
server.socket = tls.wrap_socket(server.socket, server_side=True)
print("ready", flush=True)
server.serve_forever()
