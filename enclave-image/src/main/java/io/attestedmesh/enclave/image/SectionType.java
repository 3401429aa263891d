package io.attestedmesh.enclave.image;

import java.util.Arrays;
import java.util.Optional;

/** What a section holds; declared in the order in which a file has them. */
public enum SectionType {
    KERNEL(1),
    COMMAND_LINE(2),
    /** JSON about the build: covered by the CRC, by no register. */
    METADATA(5),
    /** The first boots the machine, the others are the application. */
    RAMDISK(3),
    SIGNATURE(4);

    private final int code;

    SectionType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static Optional<SectionType> of(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }
}
