package io.attestedmesh.cli.command;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.attest.file.AtomicFile.Access;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files about to be written together: either none of them was there before, or the user said {@code --force}. */
public final class NewFiles {
    private record NewFile(Path path, Bytes content, Access access) {}

    private final List<NewFile> files = new ArrayList<>();
    private final boolean force;

    public NewFiles(boolean force) {
        this.force = force;
    }

    /** For commands without {@code --force}: what they make is never made again over what is there. */
    public static void requireFree(Path... paths) throws CommandException {
        for (Path path : paths) {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw CommandException.failed(
                        "already exists: " + path, "nothing was written; --out names another folder");
            }
        }
    }

    /** Called before any key is made or certificate issued. */
    public void refuseTaken(Path... paths) throws CommandException {
        for (Path path : paths) {
            if (!force && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                throw CommandException.failed(
                        "already exists: " + path,
                        "nothing was written; --force overwrites, --out names another place");
            }
        }
    }

    public NewFiles add(Path path, byte[] content, Access access) {
        files.add(new NewFile(path, Bytes.of(content), access));
        return this;
    }

    public void write() throws IOException, CommandException {
        for (NewFile file : files) {
            refuseTaken(file.path);
        }
        for (NewFile file : files) {
            Path parent = file.path.toAbsolutePath().getParent();
            if (Files.isRegularFile(parent)) {
                throw CommandException.failed(parent + " is a file, not a folder", "nothing was written");
            }
            if (!Files.isDirectory(parent)) {
                AtomicFile.createFolder(parent);
            }
            if (force) {
                AtomicFile.write(file.path, file.content.toByteArray(), file.access);
            } else {
                AtomicFile.create(file.path, file.content.toByteArray(), file.access);
            }
        }
    }
}
