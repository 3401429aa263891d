package io.attestedmesh.enclave.vsock;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A port of a virtual machine or of its parent, {@code sockaddr_vm} of linux/vm_sockets.h.
 *
 * @param cid context id, 32 bits unsigned: {@link #ANY} to listen, 3 for the parent of an enclave on EC2, 2 for the host
 *     of a virtual machine
 * @param port 32 bits unsigned; {@link #ANY} lets the kernel choose
 * @param peer context id of the one who may connect where this is listened on; {@link #ANY} for all
 */
public record VsockAddress(long cid, long port, long peer) implements StreamAddress {
    /** {@code VMADDR_CID_ANY} and {@code VMADDR_PORT_ANY}. */
    public static final long ANY = 0xffff_ffffL;

    private static final int AF_VSOCK = 40;
    private static final int SIZE = 16;

    public VsockAddress {
        if (cid < 0 || cid > ANY || port < 0 || port > ANY || peer < 0 || peer > ANY) {
            throw new IllegalArgumentException("not 32 bits: cid " + cid + ", port " + port + ", peer " + peer);
        }
    }

    /** One that all may connect to. */
    public VsockAddress(long cid, long port) {
        this(cid, port, ANY);
    }

    /** The same for one peer alone: others are refused where this is listened on. */
    public VsockAddress onlyFrom(long one) {
        return new VsockAddress(cid, port, one);
    }

    boolean admits(VsockAddress other) {
        return peer == ANY || peer == other.cid;
    }

    @Override
    public int family() {
        return AF_VSOCK;
    }

    @Override
    public byte[] encoded() {
        return ByteBuffer.allocate(SIZE)
                .order(ByteOrder.nativeOrder())
                .putShort((short) AF_VSOCK)
                .putShort((short) 0)
                .putInt((int) port)
                .putInt((int) cid)
                .array();
    }

    static VsockAddress decode(ByteBuffer address) {
        return new VsockAddress(Integer.toUnsignedLong(address.getInt(8)), Integer.toUnsignedLong(address.getInt(4)));
    }

    @Override
    public String toString() {
        return "vsock:" + (cid == ANY ? "any" : cid) + ":" + port + (peer == ANY ? "" : " for " + peer);
    }
}
