package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.party.Party;

/**
 * A node that may take part: the address that it calls itself by in messages, and whose it is.
 *
 * @param address where it listens: {@code ip:port} or {@code [ipv6]:port}, spelled as the node itself does
 * @param identity what its certificate must prove
 */
public record Member(String address, PeerIdentity identity) {
    static final int LONGEST_ADDRESS = 280;

    public Member {
        if (address.length() > LONGEST_ADDRESS) {
            throw new IllegalArgumentException("an address of " + address.length() + " characters");
        }
        int colon = address.lastIndexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(address + " is no host:port");
        }
        int port;
        try {
            port = Integer.parseInt(address.substring(colon + 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(address + " has no port", e);
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(address + " has no port of 1 to 65535");
        }
    }

    /** Without the brackets of an IPv6 address. */
    public String host() {
        String host = address.substring(0, address.lastIndexOf(':'));
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    public int port() {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    /** As transports know it. */
    Party party() {
        return Party.of(1, identity, host(), port());
    }
}
