package io.attestedmesh.releases.list;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists and releases for tests, with registers that nothing was measured from. */
public final class Lists {
    public static final Instant ISSUED = Instant.parse("2026-11-20T10:00:00Z");
    public static final Instant EXPIRES = Instant.parse("2026-12-20T10:00:00Z");

    private Lists() {}

    public static ReleaseList of(Release... releases) {
        return new ReleaseList("acme-kms", 7, ISSUED, EXPIRES, List.of(releases));
    }

    /** A release whose registers 0, 1 and 2 are told by its version. */
    public static Release release(String version) {
        return Release.of(
                "kms-core",
                version,
                PcrBank.of(Map.of(0, digest(Integer.toHexString(version.hashCode())), 1, digest("1"), 2, digest("2"))));
    }

    /** One with every member. */
    static Release full() {
        return new Release(
                "kms-core",
                "1.4.2-rc.1+build.5",
                ReleaseStatus.REVOKED,
                PcrBank.of(Map.of(
                        0,
                        digest("0"),
                        1,
                        digest("1"),
                        2,
                        digest("2"),
                        3,
                        digest("3"),
                        4,
                        digest("4"),
                        8,
                        digest("8"))),
                Optional.of(new ImageFile(digest("image"), 123_456_789)),
                Optional.of(new SourceCode("https://git.example/kms", "c0ffee".repeat(6) + "c0ff", digest("recipe"))),
                Optional.of(ISSUED),
                Optional.of(EXPIRES),
                Optional.of(new Revocation(ISSUED, "key leaked: “ä”")),
                Optional.of(utf8("any bytes")));
    }

    /** 48 bytes that the text tells apart. */
    public static Bytes digest(String text) {
        byte[] value = new byte[48];
        byte[] given = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(given, 0, value, 0, Math.min(47, given.length));
        value[47] = 1;
        return Bytes.of(value);
    }

    static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
