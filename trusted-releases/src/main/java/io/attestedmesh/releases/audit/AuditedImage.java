package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.list.Release;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;

/**
 * An image file that lies before the auditor.
 *
 * @param file where it lies; by the last name of the path it may say which release it means to be
 * @param sha384 of the whole file, 48 bytes
 */
public record AuditedImage(String file, Bytes sha384, long size) {
    private static final String SUFFIX = ".eif";

    public static AuditedImage read(Path file) throws IOException {
        MessageDigest digest = newSha384();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            long size = in.transferTo(OutputStream.nullOutputStream());
            return new AuditedImage(file.toString(), Bytes.of(digest.digest()), size);
        }
    }

    private static MessageDigest newSha384() {
        try {
            return MessageDigest.getInstance("SHA-384");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform since 9 has SHA-384", e);
        }
    }

    boolean isFileOf(Release release) {
        return hasDigestOf(release)
                && release.image().filter(image -> image.size() == size).isPresent();
    }

    boolean hasDigestOf(Release release) {
        return release.image().filter(image -> image.sha384().equals(sha384)).isPresent();
    }

    /** Whether the file's name claims the very version: {@code kms-core-1.4.2.eif}, with {@code -}, {@code _} or {@code -v}. */
    boolean claims(Release release) {
        String base = baseName();
        return Set.of("-", "_", "-v", "_v").stream()
                .anyMatch(joint -> base.equals(release.name() + joint + release.version()));
    }

    /** Whether it claims some version of the program: {@code kms-core.eif}. */
    boolean claimsProgramOf(Release release) {
        return baseName().equals(release.name());
    }

    private String baseName() {
        String name = new File(file).getName();
        return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    }
}
