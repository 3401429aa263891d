package io.attestedmesh.releases.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogEntryTest {
    private static final String DIGEST = "ab".repeat(48);

    @Test
    void encode_isFourLines() throws Exception {
        LogEntry entry = new LogEntry("acme-kms", 7, Bytes.fromHex(DIGEST));

        assertThat(entry.encode()).isEqualTo(StrictText.utf8("amesh-release-list-v1\nacme-kms\n7\n" + DIGEST + "\n"));
        assertThat(LogEntry.parse(entry.encode())).isEqualTo(entry);
    }

    @Test
    void leafHash_isThatOfTheLines() {
        LogEntry entry = new LogEntry("acme-kms", 7, Bytes.fromHex(DIGEST));

        assertThat(entry.leafHash())
                .isEqualTo(Sha256.of(StrictText.utf8("\0amesh-release-list-v1\nacme-kms\n7\n" + DIGEST + "\n")));
    }

    @Test
    void encode_longestEntry_fitsAnEntryBundle() throws Exception {
        LogEntry longest = new LogEntry("ü".repeat(512), (1L << 53) - 1, Bytes.fromHex(DIGEST));

        assertThat(longest.encode().size()).isLessThan(1200);
        assertThat(LogEntry.parse(longest.encode())).isEqualTo(longest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "amesh-release-list-v1",
                "amesh-release-list-v1\nacme\n7\n",
                "amesh-release-list-v2\nacme\n7\nab48\n",
                "amesh-release-list-v1\n\n7\nab48\n",
                "amesh-release-list-v1\nacme\n\nab48\n",
                "amesh-release-list-v1\nacme\n0\nab48\n",
                "amesh-release-list-v1\nacme\n07\nab48\n",
                "amesh-release-list-v1\nacme\n-7\nab48\n",
                "amesh-release-list-v1\nacme\n9007199254740992\nab48\n",
                "amesh-release-list-v1\nacme\n18446744073709551623\nab48\n",
                "amesh-release-list-v1\nacme\n7\nab47\n",
                "amesh-release-list-v1\nacme\n7\nAB48\n",
                "amesh-release-list-v1\nacme\n7\nab48",
                "amesh-release-list-v1\nacme\n7\nab48\n\n",
                "amesh-release-list-v1\nacme\n7\nab48\nmore\n",
                "amesh-release-list-v1\r\nacme\n7\nab48\n",
                "amesh-release-list-v1\nac\u0000me\n7\nab48\n",
                "amesh-release-list-v1\nac\u0085me\n7\nab48\n",
            })
    void parse_notAnEntry_isMalformed(String template) {
        String text = template.replace("ab48", DIGEST)
                .replace("ab47", DIGEST.substring(2))
                .replace("AB48", DIGEST.toUpperCase(java.util.Locale.ROOT));

        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> LogEntry.parse(StrictText.utf8(text)));
    }

    @Test
    void parse_notUtf8_isMalformed() {
        Bytes broken = Bytes.concat(StrictText.utf8("amesh-release-list-v1\n"), Bytes.of((byte) 0xff));

        assertThatExceptionOfType(MalformedReleasesException.class).isThrownBy(() -> LogEntry.parse(broken));
    }

    @ParameterizedTest
    @CsvSource({"'', 1, 48", "'a\nb', 1, 48", "a, 0, 48", "a, -1, 48", "a, 9007199254740992, 48", "a, 1, 47", "a, 1, 49"
    })
    void newEntry_outOfBounds_isRefused(String list, long version, int digestSize) {
        Bytes digest = Bytes.of(new byte[digestSize]);

        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new LogEntry(list, version, digest));
    }

    @Test
    void newEntry_nameOfMoreThan1024Bytes_isRefused() {
        Bytes digest = Bytes.fromHex(DIGEST);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new LogEntry("x".repeat(1025), 1, digest));
    }
}
