package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateMaker.leaf;
import static io.attestedmesh.attest.x509.CertificateMaker.root;
import static io.attestedmesh.attest.x509.Paths.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.attestedmesh.attest.x509.CertificateMaker.Made;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNamesTest {
    private static final Made ROOT = root("CN=root").make();

    private static Made named(int kind, String name) {
        return leaf(ROOT).names(new GeneralName(kind, name)).make();
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.org, a.example.org",
        "A.Example.ORG, a.example.org",
        "a.example.org, A.EXAMPLE.ORG",
        "a.example.org, a.example.org.",
        "localhost, localhost",
        "*.example.org, a.example.org",
        "*.example.org, xn--mgba.example.org",
        "xn--bcher-kva.example, bücher.example"
    })
    void presentedName_coversExpected(String presented, String expected) {
        assertThatCode(() ->
                        ServerNames.match(named(GeneralName.dNSName, presented).certificate(), expected))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.org, b.example.org",
        "example.org, a.example.org",
        "a.example.org, example.org",
        "*.example.org, example.org",
        "*.example.org, a.b.example.org",
        "*.example.org, *.example.org",
        "*.org, example.org",
        "a.example.org, ''",
        "a.example.org, ..",
        "a.example.org, 'a.example.org\u0000'",
        "a.example.org, a_b.example.org"
    })
    void otherName_isRefused(String presented, String expected) {
        Made leaf = named(GeneralName.dNSName, presented);

        assertRefused(CertificateReason.NAME_MISMATCH, () -> ServerNames.match(leaf.certificate(), expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "*.",
                "a*.example.org",
                "*a.example.org",
                "a.*.org",
                "*.*.example.org",
                "xn--*-1b.example.org",
                ".example.org",
                "a..org",
                "a_b.example.org",
                "-a.example.org",
                "a-.example.org",
                "a.example.org.",
                " a.org",
                "127.0.0.1",
                "*.0.0.1",
                "10.1",
                "a.example.1",
                "3221225985"
            })
    void presentedNameThatIsNone_isRefused(String presented) {
        Made leaf = named(GeneralName.dNSName, presented);

        assertRefused(CertificateReason.MALFORMED_NAME, () -> ServerNames.match(leaf.certificate(), "a.example.org"));
    }

    @Test
    void malformedNameBesideRightOne_isRefused() {
        Made leaf = leaf(ROOT)
                .names(
                        new GeneralName(GeneralName.dNSName, "a.example.org"),
                        new GeneralName(GeneralName.dNSName, ".example.org"))
                .make();

        assertRefused(CertificateReason.MALFORMED_NAME, () -> ServerNames.match(leaf.certificate(), "a.example.org"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.example", "10.2.0.1.example.org", "a.x1", "0x7f.x"})
    void presentedNameWithNumbersBeforeItsEnd_isTaken(String presented) {
        assertThatCode(() ->
                        ServerNames.match(named(GeneralName.dNSName, presented).certificate(), presented))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.1", "::1, ::1", "::1, [::1]", "2001:db8::1, 2001:0DB8:0:0:0:0:0:1"})
    void presentedAddress_isCompared(String presented, String expected) {
        assertThatCode(() -> ServerNames.match(
                        named(GeneralName.iPAddress, presented).certificate(), expected))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.2",
        "192.0.2.1, 192.0.2.01",
        "192.0.2.1, 192.0.2",
        "192.0.2.1, 3221225985",
        "192.0.2.1, ::ffff:192.0.2.1",
        "::1, ::2",
        "::1, ::1%lo"
    })
    void otherAddress_isRefused(String presented, String expected) {
        Made leaf = named(GeneralName.iPAddress, presented);

        assertRefused(CertificateReason.NAME_MISMATCH, () -> ServerNames.match(leaf.certificate(), expected));
    }

    @Test
    void commonName_isNeverRead() {
        Made leaf = leaf(ROOT)
                .subject("CN=a.example.org")
                .without(Extension.subjectAlternativeName)
                .make();

        assertRefused(CertificateReason.NAME_MISMATCH, () -> ServerNames.match(leaf.certificate(), "a.example.org"));
    }

    @Test
    void names_areListedInOneForm() throws RejectedCertificateException {
        Made leaf = leaf(ROOT)
                .names(
                        new GeneralName(GeneralName.iPAddress, "2001:db8:0:0:1:0:0:1"),
                        new GeneralName(GeneralName.dNSName, "B.example.org"),
                        new GeneralName(GeneralName.dNSName, "*.example.org"),
                        new GeneralName(GeneralName.rfc822Name, "a@example.org"))
                .make();

        assertThat(ServerNames.names(leaf.certificate()))
                .containsExactly("b.example.org", "*.example.org", "2001:db8::1:0:0:1");
        assertThat(ServerNames.dnsNames(leaf.certificate())).containsExactly("b.example.org");
        assertThat(ServerNames.addresses(leaf.certificate())).containsExactly("2001:db8::1:0:0:1");
    }

    @Property(tries = 500)
    void name_coversItselfInAnyCase_andNothingLonger(@ForAll("names") String name) throws RejectedCertificateException {
        DnsName presented = DnsName.presented(name);

        assertThat(presented.covers(
                        DnsName.expected(name.toUpperCase(Locale.ROOT)).orElseThrow()))
                .isTrue();
        assertThat(presented.covers(DnsName.expected("x." + name).orElseThrow()))
                .isFalse();
        assertThat(presented.isWithin(name.substring(name.indexOf('.') + 1))).isTrue();
    }

    @Property(tries = 500)
    void wildcard_coversExactlyOneLabel(@ForAll("names") String name, @ForAll("labels") String label)
            throws RejectedCertificateException {
        DnsName wildcard = DnsName.presented("*." + name);

        assertThat(wildcard.covers(DnsName.expected(label + "." + name).orElseThrow()))
                .isTrue();
        assertThat(wildcard.covers(DnsName.expected(name).orElseThrow())).isFalse();
        assertThat(wildcard.covers(
                        DnsName.expected(label + "." + label + "." + name).orElseThrow()))
                .isFalse();
        assertThat(wildcard.mayBeWithin(label + "." + name)).isTrue();
        assertThat(wildcard.isWithin(label + "." + name)).isFalse();
    }

    @Provide
    Arbitrary<String> labels() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .ofMinLength(1)
                .ofMaxLength(20);
    }

    @Provide
    Arbitrary<String> names() {
        return labels().list().ofMinSize(2).ofMaxSize(5).map(labels -> String.join(".", labels) + "x");
    }
}
