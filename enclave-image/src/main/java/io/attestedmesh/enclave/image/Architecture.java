package io.attestedmesh.enclave.image;

/** The machine that an image's kernel is for: bit 0 of the header's flags. */
public enum Architecture {
    X86_64(0),
    AARCH64(1);

    private final int flag;

    Architecture(int flag) {
        this.flag = flag;
    }

    int flag() {
        return flag;
    }

    /** As `uname -m` prints it. */
    @Override
    public String toString() {
        return this == X86_64 ? "x86_64" : "aarch64";
    }
}
