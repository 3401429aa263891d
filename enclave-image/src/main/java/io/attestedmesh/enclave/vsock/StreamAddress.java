package io.attestedmesh.enclave.vsock;

/** Where a stream socket of Linux listens or connects to. Its text is short, and no name is looked up for it. */
public sealed interface StreamAddress permits VsockAddress, UnixAddress, TcpAddress {
    /** The address family's number, {@code AF_…} of Linux. */
    int family();

    /** The {@code sockaddr} of it, in the machine's byte order. */
    byte[] encoded();
}
