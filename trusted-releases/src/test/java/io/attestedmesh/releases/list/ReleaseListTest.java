package io.attestedmesh.releases.list;

import static io.attestedmesh.releases.list.Lists.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.releases.MalformedReleasesException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseListTest {
    private final String good = text("list.json");

    @Test
    void fileOfTheFormat_isReadAndWrittenAsItIs() throws Exception {
        ReleaseList read = ReleaseList.parse(utf8(good));

        assertThat(read)
                .isEqualTo(new ReleaseList("acme-kms", 7, Lists.ISSUED, Lists.EXPIRES, List.of(full(), plain())));
        assertThat(new String(read.encode().toByteArray(), StandardCharsets.UTF_8))
                .isEqualTo(good);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'version': 7            | 'version': 0              | release list, version: not from 1 to 9007199254740991",
                "'version': 7            | 'version': 9007199254740992 | release list, version: not from 1 to",
                "'version': 7,           |                           | release list: member 'version' is missing",
                "'acme-kms'              | 'acme\\nkms'              | release list: list name is not 1 to 64 letters",
                "'acme-kms'              | ''                        | release list: list name is not 1 to 64 letters",
                "'expiresAt': '2026-12   | 'expiresAt': '2026-10    | release list: expiresAt is not after issuedAt",
                "'expiresAt': '2026-12   | 'expiresAt': '2026-11    | release list: expiresAt is not after issuedAt",
                "'releases'              | 'release'                 | release list: unknown member 'release'",
                "'name': 'kms-edge'      | 'name': 'kms edge'        | releases[1]: release name is not 1 to 64 letters",
                "'name': 'kms-edge',     |                           | releases[1]: member 'name' is missing",
                "'version': '2.0.0',     |                           | releases[1]: member 'version' is missing",
                "'status': 'active',     |                           | releases[1]: member 'status' is missing",
                "'status': 'active'      | 'status': 'Active'        | releases[1].status: not active, deprecated or revoked",
                "'status': 'active'      | 'status': 'revoked'       | releases[1]: 'revoked' goes with the status revoked",
                "'status': 'revoked'     | 'status': 'active'        | releases[0]: 'revoked' goes with the status revoked",
                "'status': 'active'      | 'state': 'active'         | releases[1]: unknown member 'state'",
                "'pcrs': {               | 'pcrs': { '5': '',        | releases[0].pcrs: unknown member '5'",
                "'pcrs': {               | 'pcrs': { '00': '',       | releases[0].pcrs: unknown member '00'",
                "'pcrs': {               | 'pcrs': { '8': '',        | releases[0].pcrs.8: not 96 hexadecimal digits",
                "'0': '30                | '0': '3                   | releases[0].pcrs.0: not 96 hexadecimal digits",
                "'0': '30                | '0': '3A                  | releases[0].pcrs.0: not lower-case hexadecimal digits",
                "'1': '31                | '0': '31                  | no strict JSON: Duplicate",
                "123456789               | 0                         | releases[0].image.size: not from 1 to",
                "123456789               | 1.5                       | releases[0].image.size: not an integer",
                "'size'                  | 'length'                  | releases[0].image: unknown member 'length'",
                "https://git.example     | http://git.example        | releases[0].source: a repository that is no https",
                "https://git.example     | https://git .example      | releases[0].source: a repository that is no https",
                "https://git.example     | javascript:alert          | releases[0].source: a repository that is no https",
                "https://git.example     | https:                    | releases[0].source: a repository that is no https",
                "'c0ffee                 | 'c0ffe                    | releases[0].source: a commit that is not 40 or 64",
                "'c0ffee                 | 'C0ffee                   | releases[0].source: a commit that is not 40 or 64",
                "'recipe'                | 'builder'                 | releases[0].source: unknown member 'builder'",
                "'notAfter': '2026-12    | 'notAfter': '2026-10      | releases[0]: notAfter is before notBefore",
                "'notAfter': '2026       | 'notAfter': '02026        | releases[0].notAfter: more than 20 characters",
                "key leaked              | key\\nleaked              | releases[0].revoked: a reason that is not 1 to 1024",
                "key leaked              | key\\u2028leaked          | releases[0].revoked: a reason that is not 1 to 1024",
                "'reason'                | 'why'                     | releases[0].revoked: unknown member 'why'",
                "'at'                    | 'on'                      | releases[0].revoked: unknown member 'on'",
                "YW55IGJ5dGVz            | YW55IGJ5dGV               | releases[0].signingCertificate: not",
            })
    void list_isMalformed(String part, String instead, String message) {
        String from = part.replace('\'', '"');
        assertThat(good).contains(from);
        String changed = good.replace(from, instead == null ? "" : instead.replace('\'', '"'));

        assertThatThrownBy(() -> ReleaseList.parse(utf8(changed)))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageStartingWith("release list")
                .hasMessageContaining(message.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0",
                "1.2.3",
                "10.20.30",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-0.3.7",
                "1.0.0-x-y-z.-",
                "1.0.0+20130313",
                "1.0.0-beta+exp.sha.5114f85",
                "1.0.0+21AF26D3---117B344092BD",
                "1.0.0-0A.is.legal",
                "1.0.0--",
                "99999999999999999999999.999999999999999999.99999999999999999",
                "1.0.0+0.build.1-rc.10000aaa-kk-0.1"
            })
    void semanticVersion_isAccepted(String version) {
        assertThat(Lists.release(version).version()).isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "1.2.3.4",
                "01.1.1",
                "1.01.1",
                "1.1.01",
                "1.2.3-",
                "1.2.3+",
                "1.2.3-01",
                "1.2.3-a..b",
                "1.2.3-0123.0123",
                "1.2.3+a+b",
                "v1.2.3",
                "1.2.3 ",
                "1.2.3\n",
                "1.2.-3",
                "+1.2.3",
                "1.2.3-ä",
                "\u0661.0.0"
            })
    void anyOtherVersion_isRefused(String version) {
        assertThatThrownBy(() -> Lists.release(version)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void versionThatIsLong_isRefusedQuickly() {
        String long1 = "1.0.0-" + "a.".repeat(60) + "!";

        assertThatThrownBy(() -> Lists.release("1.0.0-" + "0a".repeat(61) + "1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Lists.release(long1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void moreThan20000Releases_areMalformed() {
        List<Release> tooMany = Collections.nCopies(ReleaseList.MAX_RELEASES + 1, Lists.release("1.0.0"));
        Bytes encoded =
                new ReleaseList("a", 1, Lists.ISSUED, Lists.EXPIRES, tooMany.subList(1, tooMany.size())).encode();
        String text = new String(encoded.toByteArray(), StandardCharsets.UTF_8);

        assertThatThrownBy(() -> new ReleaseList("a", 1, Lists.ISSUED, Lists.EXPIRES, tooMany))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ReleaseList.parse(utf8(text.replace("\n  ]", ",{}\n  ]"))))
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining("releases[20000]: more than 20000 elements");
    }

    @Test
    void timeOfPartsOfASecond_isRefused() {
        Instant between = Lists.ISSUED.plusNanos(1);

        assertThatThrownBy(() -> new ReleaseList("a", 1, between, Lists.EXPIRES, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Revocation(between, "why")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timeThatTheFormatCannotWrite_isRefused() {
        assertThatThrownBy(
                        () -> new ReleaseList("a", 1, Lists.ISSUED, Instant.parse("+10000-01-01T00:00:00Z"), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherRegister_isRefused() {
        assertThatThrownBy(() -> Release.of("a", "1.0.0", PcrBank.of(Map.of(5, Lists.digest("5")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PCR5 is none of 0, 1, 2, 3, 4, 8");
    }

    @Test
    void registerOfAnotherSize_isRefused() {
        assertThatThrownBy(() -> Release.of("a", "1.0.0", PcrBank.of(Map.of(0, Bytes.of(new byte[32])))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PCR0 is not 48 bytes");
    }

    @Test
    void next_isOneVersionLater() {
        ReleaseList next = Lists.of(Lists.release("1.0.0")).next(Lists.ISSUED, Lists.EXPIRES, List.of());

        assertThat(next).isEqualTo(new ReleaseList("acme-kms", 8, Lists.ISSUED, Lists.EXPIRES, List.of()));
    }

    @Test
    void deprecatedRelease_losesItsRevocation() {
        Release again = Lists.release("1.0.0")
                .revoked(new Revocation(Lists.ISSUED, "mistake"))
                .deprecated();

        assertThat(again.status()).isEqualTo(ReleaseStatus.DEPRECATED);
        assertThat(again.revocation()).isEmpty();
    }

    @Test
    void certificateThatIsNone_isMalformedWhenAskedFor() throws Exception {
        assertThat(plain().certificate()).isEmpty();
        assertThatThrownBy(full()::certificate)
                .isInstanceOf(MalformedReleasesException.class)
                .hasMessageContaining("kms-core 1.4.2-rc.1+build.5, signingCertificate: no X.509 certificate in DER");
    }

    private static Release full() {
        return Lists.full();
    }

    private static Release plain() {
        return Release.of(
                "kms-edge",
                "2.0.0",
                PcrBank.of(Map.of(0, Lists.digest("a"), 1, Lists.digest("b"), 2, Lists.digest("c"))));
    }

    private static String text(String resource) {
        try (InputStream in = ReleaseListTest.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Else a list that came on one line could not be followed by another. */
    @Test
    void encode_listThatIsTooLargeInLines_isOneLineAndReadsTheSame() throws Exception {
        ReleaseList large =
                new ReleaseList("acme-kms", 1, Lists.ISSUED, Lists.EXPIRES, Collections.nCopies(10_000, full()));
        Bytes encoded = large.encode();

        assertThat(new String(encoded.toByteArray(), StandardCharsets.UTF_8).lines())
                .hasSize(1);
        assertThat(ReleaseList.parse(encoded)).isEqualTo(large);
    }
}
