package io.attestedmesh.releases.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The style of the page, a resource beside this class. The page's policy names its digest and allows nothing else. */
record Stylesheet(String css) {
    Stylesheet {
        if (css.contains("<")) {
            throw new IllegalArgumentException("a style sheet that could end its element");
        }
    }

    static Stylesheet load() {
        try (InputStream in = Stylesheet.class.getResourceAsStream("audit.css")) {
            return new Stylesheet(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("audit.css is part of this program", e);
        }
    }

    /** Content Security Policy, level 3: nothing is fetched, run or sent, and no style but this one counts. */
    String contentSecurityPolicy() {
        return "default-src 'none'; style-src 'sha256-" + digest() + "'; base-uri 'none'; form-action 'none'";
    }

    private String digest() {
        try {
            byte[] text = css.getBytes(StandardCharsets.UTF_8);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
