package io.attestedmesh.enclave.ramdisk;

import io.attestedmesh.attest.evidence.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of an application, and how it starts where that is known.
 *
 * @param spool what holds contents of archives until the files have been written; deleted by {@link #close}
 */
public record Application(FileTree files, Launch launch, Spool spool) implements AutoCloseable {
    private static final int EXECUTABLE = 0755;
    private static final int PLAIN = 0644;

    /**
     * Reads a folder, a tar archive (plain or gzip), an OCI image layout (folder or tar), or what {@code docker save}
     * wrote; which it is follows from what is in it.
     *
     * <p>Of a folder, files are 0755 if their owner can execute them, else 0644, so that no umask shows; archives say
     * the modes themselves.
     *
     * @param architecture as container images name it, {@code amd64} or {@code arm64}: which image, where there are several
     * @param temporary a folder for contents of archives
     */
    public static Application read(Path source, String architecture, Path temporary)
            throws IOException, RamdiskException {
        if (Files.isDirectory(source)) {
            ImageFiles files = ImageFiles.in(source);
            return files.has("oci-layout")
                    ? withSpool(temporary, spool -> ContainerImage.read(files, architecture, spool))
                    : new Application(folder(source), Launch.NONE, Spool.NONE);
        }
        return withSpool(temporary, spool -> {
            FileTree tree = new FileTree();
            try (InputStream in = Files.newInputStream(source);
                    InputStream plain = TarLayer.decompressed(in)) {
                TarLayer.unpack(plain, tree, spool);
            }
            ImageFiles files = ImageFiles.in(tree);
            return ContainerImage.isIn(files)
                    ? ContainerImage.read(files, architecture, spool)
                    : new Application(tree, Launch.NONE, spool);
        });
    }

    private interface Reading {
        Application from(Spool spool) throws IOException, RamdiskException;
    }

    private static Application withSpool(Path temporary, Reading reading) throws IOException, RamdiskException {
        Spool spool = Spool.in(temporary);
        boolean read = false;
        try {
            Application application = reading.from(spool);
            read = true;
            return application;
        } finally {
            if (!read) {
                spool.close();
            }
        }
    }

    private static FileTree folder(Path root) throws IOException, RamdiskException {
        FileTree tree = new FileTree();
        List<Path> found = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(root)) {
            walk.filter(path -> !path.equals(root))
                    .limit(FileTree.MAX_FILES + 1L)
                    .forEach(found::add);
        }
        for (Path path : found) {
            tree.put(root.relativize(path).toString(), entry(path));
        }
        return tree;
    }

    private static Entry entry(Path path) throws IOException, RamdiskException {
        if (Files.isSymbolicLink(path)) {
            return new Entry.SymbolicLink(Files.readSymbolicLink(path).toString());
        }
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return new Entry.Folder(EXECUTABLE);
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new RamdiskException(
                    RamdiskReason.SPECIAL_FILE, "files, folders and symbolic links", Excerpt.of(path.toString()));
        }
        boolean executable = Files.getPosixFilePermissions(path).contains(PosixFilePermission.OWNER_EXECUTE);
        return new Entry.RegularFile(executable ? EXECUTABLE : PLAIN, Content.of(path));
    }

    @Override
    public void close() throws IOException {
        spool.close();
    }
}
