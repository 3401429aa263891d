package io.attestedmesh.releases.list;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.json.Bounds;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

/**
 * What the image was built from.
 *
 * @param repository an {@code https} address
 * @param commit 40 or 64 lower-case hexadecimal digits
 * @param recipe SHA-384 of the build recipe, 48 bytes
 */
public record SourceCode(String repository, String commit, Bytes recipe) {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}([0-9a-f]{24})?");

    public SourceCode {
        if (!isHttps(repository)) {
            throw new IllegalArgumentException("a repository that is no https address");
        }
        if (!COMMIT.matcher(commit).matches()) {
            throw new IllegalArgumentException("a commit that is not 40 or 64 lower-case hexadecimal digits");
        }
        Bounds.requireDigest("recipe digest", recipe);
    }

    private static boolean isHttps(String text) {
        try {
            URI address = new URI(text);
            return text.length() <= Bounds.MAX_TEXT
                    && text.startsWith("https://")
                    && address.getHost() != null
                    && address.toASCIIString().equals(text);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
