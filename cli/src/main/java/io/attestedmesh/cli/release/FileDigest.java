package io.attestedmesh.cli.release;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.releases.list.ImageFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Size and SHA-384 of a file of any size. */
record FileDigest(Bytes sha384, long size) {
    static FileDigest of(Path file) throws IOException, CommandException {
        if (Files.isDirectory(file)) {
            throw CommandException.usage(file + " is a folder, not a file", "");
        }
        MessageDigest sha384;
        try {
            sha384 = MessageDigest.getInstance("SHA-384");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform since 9 has SHA-384", e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha384)) {
            long size = in.transferTo(OutputStream.nullOutputStream());
            return new FileDigest(Bytes.of(sha384.digest()), size);
        }
    }

    /** An image has a byte at least. */
    static ImageFile image(Path file) throws IOException, CommandException {
        FileDigest read = of(file);
        if (read.size == 0) {
            throw CommandException.usage(file + " is empty", "--image is the file that 'nitro-cli' built");
        }
        return new ImageFile(read.sha384, read.size);
    }
}
