package io.attestedmesh.enclave.vsock;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Looks names up; may block, and is called on threads of its own. */
@FunctionalInterface
public interface NameResolver {
    /** The machine's resolver; an IP address is not looked up. */
    NameResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /** Addresses in the order in which they are tried; none is {@link UnknownHostException}. */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
