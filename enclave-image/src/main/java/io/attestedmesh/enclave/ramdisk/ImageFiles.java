package io.attestedmesh.enclave.ramdisk;

import io.attestedmesh.attest.evidence.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** The files of a stored container image by name: a folder, or an archive that was unpacked. */
interface ImageFiles {
    boolean has(String name);

    InputStream open(String name) throws IOException, RamdiskException;

    static ImageFiles in(Path folder) {
        return new ImageFiles() {
            @Override
            public boolean has(String name) {
                return Files.isRegularFile(folder.resolve(name), LinkOption.NOFOLLOW_LINKS);
            }

            @Override
            public InputStream open(String name) throws IOException, RamdiskException {
                Path file = folder.resolve(name).normalize();
                if (!file.startsWith(folder.normalize()) || !has(name)) {
                    throw missing(name);
                }
                return Files.newInputStream(file);
            }
        };
    }

    static ImageFiles in(FileTree tree) {
        return new ImageFiles() {
            @Override
            public boolean has(String name) {
                return file(name).isPresent();
            }

            @Override
            public InputStream open(String name) throws IOException, RamdiskException {
                return file(name).orElseThrow(() -> missing(name)).content().bounded();
            }

            private Optional<Entry.RegularFile> file(String name) {
                return Optional.ofNullable(tree.entries().get(name))
                        .filter(Entry.RegularFile.class::isInstance)
                        .map(Entry.RegularFile.class::cast);
            }
        };
    }

    private static RamdiskException missing(String name) {
        return new RamdiskException(RamdiskReason.BAD_MANIFEST, "a file " + Excerpt.of(name), "none");
    }
}
