package io.attestedmesh.releases.audit;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.list.Release;
import java.io.File;
import java.util.Set;

/**
 * An image file that lies before the auditor.
 *
 * @param file where it lies; by the last name of the path it may say which release it means to be
 * @param sha384 of the whole file, 48 bytes
 */
public record AuditedImage(String file, Bytes sha384, long size) {
    private static final String SUFFIX = ".eif";

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
