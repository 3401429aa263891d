package io.attestedmesh.enclave.ramdisk;

/** One file of a {@link FileTree}. Owner is root and every time is zero, so neither is said. */
sealed interface Entry {
    /** The bits of a mode that are permissions; every {@code mode} here has only such. */
    int PERMISSIONS = 07777;

    /** What is in it stands beside it in the tree. */
    record Folder(int mode) implements Entry {}

    /** A file with contents. */
    record RegularFile(int mode, Content content) implements Entry {}

    /** A target as the link has it, which may lead nowhere. */
    record SymbolicLink(String target) implements Entry {}
}
