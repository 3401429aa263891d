package io.attestedmesh.enclave.ramdisk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of an application, and how it starts where that is known.
 *
 * @param otherOwners how many entries of archives have an owner or a group other than root, who owns all files of a
 *     ramdisk; setuid and setgid of those are dropped
 * @param spool what holds contents of archives until the files have been written; deleted by {@link #close}
 */
public record Application(FileTree files, Launch launch, int otherOwners, Spool spool) implements AutoCloseable {
    /**
     * Reads a folder, a tar archive (plain or gzip), an OCI image layout (folder or tar), or what {@code docker save}
     * wrote; which it is follows from what is in it.
     *
     * <p>No files at all are refused, and so is an archive that is not whole. Of a folder, files are 0755 if their owner
     * can execute them, else 0644, so that no umask shows; archives say the modes themselves.
     *
     * @param architecture as container images name it, {@code amd64} or {@code arm64}: which image, where there are several
     * @param temporary a folder for contents of archives
     */
    public static Application read(Path source, String architecture, Path temporary)
            throws IOException, RamdiskException {
        Path real = source.toRealPath();
        if (!Files.isDirectory(real)) {
            return withSpool(temporary, spool -> archive(real, architecture, spool));
        }
        ImageFiles image = ImageFiles.in(real);
        if (image.has("oci-layout")) {
            return withSpool(temporary, spool -> ContainerImage.read(image, architecture, spool));
        }
        FileTree files = SourceFolder.read(real, System.getProperty("sun.jnu.encoding", "UTF-8"));
        requireFiles(files);
        return new Application(files, Launch.NONE, 0, Spool.NONE);
    }

    private static Application archive(Path source, String architecture, Spool spool)
            throws IOException, RamdiskException {
        FileTree tree = new FileTree();
        int otherOwners;
        try (InputStream in = Files.newInputStream(source);
                InputStream plain = TarLayer.decompressed(in)) {
            otherOwners = TarLayer.unpack(plain, tree, spool);
        }
        ImageFiles files = ImageFiles.in(tree);
        return ContainerImage.isIn(files)
                ? ContainerImage.read(files, architecture, spool)
                : new Application(tree, Launch.NONE, otherOwners, spool);
    }

    private interface Reading {
        Application from(Spool spool) throws IOException, RamdiskException;
    }

    private static Application withSpool(Path temporary, Reading reading) throws IOException, RamdiskException {
        Spool spool = Spool.in(temporary);
        boolean read = false;
        try {
            Application application = reading.from(spool);
            requireFiles(application.files());
            read = true;
            return application;
        } finally {
            if (!read) {
                spool.close();
            }
        }
    }

    private static void requireFiles(FileTree files) throws RamdiskException {
        if (files.entries().values().stream().allMatch(Entry.Folder.class::isInstance)) {
            throw new RamdiskException(RamdiskReason.EMPTY, "at least one file", "none");
        }
    }

    @Override
    public void close() throws IOException {
        spool.close();
    }
}
