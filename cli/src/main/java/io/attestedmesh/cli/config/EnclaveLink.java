package io.attestedmesh.cli.config;

import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.enclave.vsock.StreamAddress;
import io.attestedmesh.enclave.vsock.UnixAddress;
import io.attestedmesh.enclave.vsock.VsockAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What lies between a parent and its enclave: vsock, or Unix sockets in a folder where there is none.
 *
 * @param cid of the other side: 3 for the parent on EC2, 2 for the host of QEMU
 * @param unix the folder, which stands for vsock
 */
public record EnclaveLink(long cid, Optional<Path> unix) {
    private static final long HIGHEST_CID = VsockAddress.ANY - 1;
    private static final long HIGHEST_PORT = VsockAddress.ANY - 1;

    static EnclaveLink read(Section section) throws CommandException {
        Optional<Path> unix = section.path("unix");
        Optional<Long> cid = section.number("cid", 2, HIGHEST_CID);
        if (unix.isPresent() == cid.isPresent()) {
            throw section.wrong(
                    "cid", "and unix: exactly one of them says where the other side is", "cid = 3, or unix = \"DIR\"");
        }
        return new EnclaveLink(cid.orElse(0L), unix);
    }

    /** A port of vsock, from 1. */
    static Optional<Long> port(Section section, String key) throws CommandException {
        return section.number(key, 1, HIGHEST_PORT);
    }

    static long requiredPort(Section section, String key) throws CommandException {
        return port(section, key).orElseThrow(() -> section.wrong(key, "is missing", "a port of vsock, say 9101"));
    }

    /** Where the parent listens, for itself: to that enclave alone. */
    public StreamAddress onParent(long port) {
        return local("parent", port);
    }

    /** Where the enclave listens, for itself: to its parent alone. */
    public StreamAddress inEnclave(long port) {
        return local("enclave", port);
    }

    /** Where the parent listens, for the enclave. */
    public StreamAddress toParent(long port) {
        return unix.isPresent() ? local("parent", port) : new VsockAddress(cid, port);
    }

    /** Where the enclave listens, for the parent. */
    public StreamAddress toEnclave(long port) {
        return unix.isPresent() ? local("enclave", port) : new VsockAddress(cid, port);
    }

    private StreamAddress local(String side, long port) {
        return unix.isPresent()
                ? new UnixAddress(unix.get().resolve(side + "-" + port))
                : new VsockAddress(VsockAddress.ANY, port).onlyFrom(cid);
    }
}
