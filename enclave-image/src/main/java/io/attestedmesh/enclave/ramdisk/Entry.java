package io.attestedmesh.enclave.ramdisk;

/** One file of a {@link FileTree}. Owner is root and every time is zero, so neither is said. */
sealed interface Entry {
    int PERMISSIONS = 07777;

    /** @param mode permission bits */
    record Folder(int mode) implements Entry {}

    /** @param mode permission bits */
    record RegularFile(int mode, Content content) implements Entry {}

    /** @param target as the link has it; it may lead nowhere */
    record SymbolicLink(String target) implements Entry {}
}
