package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateMaker.intermediate;
import static io.attestedmesh.attest.x509.CertificateMaker.leaf;
import static io.attestedmesh.attest.x509.CertificateMaker.root;
import static io.attestedmesh.attest.x509.Paths.assertAccepted;
import static io.attestedmesh.attest.x509.Paths.assertAnchorRefused;
import static io.attestedmesh.attest.x509.Paths.assertRefused;
import static io.attestedmesh.attest.x509.Paths.under;

import io.attestedmesh.attest.x509.CertificateMaker.Made;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.OtherName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameConstraintsTest {
    private static final GeneralName[] NONE = {};
    private static final ASN1ObjectIdentifier PRIVATE = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.2");

    private static GeneralName name(int kind, String text) {
        return switch (kind) {
            case GeneralName.directoryName -> new GeneralName(new X500Name(text));
            case GeneralName.iPAddress ->
                text.indexOf('/') < 0
                        ? new GeneralName(kind, text)
                        : new GeneralName(kind, new DEROctetString(range(text)));
            default -> new GeneralName(kind, text);
        };
    }

    private static byte[] range(String text) {
        String[] halves = text.split("/", 2);
        byte[] address = IpAddress.parse(halves[0]).orElseThrow().toByteArray();
        byte[] range = Arrays.copyOf(address, 2 * address.length);
        for (int i = 0; i < Integer.parseInt(halves[1]); i++) {
            range[address.length + i / 8] |= (byte) (0x80 >> (i % 8));
        }
        return range;
    }

    private static GeneralName[] of(GeneralName... names) {
        return names;
    }

    private static GeneralSubtree[] subtrees(GeneralName[] bases) {
        GeneralSubtree[] subtrees = new GeneralSubtree[bases.length];
        for (int i = 0; i < bases.length; i++) {
            subtrees[i] = new GeneralSubtree(bases[i]);
        }
        return subtrees.length == 0 ? null : subtrees;
    }

    private static CertificateMaker constrained(
            CertificateMaker maker, GeneralName[] permitted, GeneralName[] excluded) {
        return maker.with(
                Extension.nameConstraints, true, new NameConstraints(subtrees(permitted), subtrees(excluded)));
    }

    private static Made constrainedRoot(GeneralName[] permitted, GeneralName[] excluded) {
        return constrained(root("CN=root"), permitted, excluded).make();
    }

    @ParameterizedTest
    @CsvSource({
        // kind, base, name, whether a permitted base contains it
        "2, example.org, example.org, true",
        "2, Example.ORG, a.b.example.org, true",
        "2, example.org, badexample.org, false",
        "2, example.org, example.com, false",
        "2, a.example.org, *.example.org, false",
        "2, example.org, *.example.org, true",
        "7, 192.0.2.0/24, 192.0.2.255, true",
        "7, 192.0.2.0/24, 192.0.3.0, false",
        "7, 192.0.2.0/23, 192.0.3.0, true",
        "7, 0.0.0.0/0, ::1, false",
        "7, ::/0, ::1, true",
        "7, 2001:db8::/32, 2001:db8:1::1, true",
        "7, 2001:db8::/32, 2001:db9::1, false",
        "1, one@example.org, one@EXAMPLE.org, true",
        "1, one@example.org, One@example.org, false",
        "1, example.org, any@example.org, true",
        "1, example.org, any@a.example.org, false",
        "1, .example.org, any@a.example.org, true",
        "1, .example.org, any@example.org, false",
        "6, example.org, https://example.org/x, true",
        "6, example.org, https://a.example.org/x, false",
        "6, .example.org, spiffe://a.example.org:8443/x, true",
        "6, .example.org, https://example.org, false"
    })
    void permittedBase_decides(int kind, String base, String name, boolean within) {
        Made anchor = constrainedRoot(of(name(kind, base)), NONE);
        Made leaf = leaf(anchor).names(name(kind, name)).make();

        if (within) {
            assertAccepted(under(anchor), leaf);
        } else {
            assertRefused(CertificateReason.NAME_CONSTRAINT, under(anchor), leaf);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "2, example.org, a.example.org",
        "2, a.example.org, *.example.org",
        "2, org, *.example.org",
        "7, 192.0.2.0/24, 192.0.2.1",
        "1, example.org, any@example.org",
        "6, example.org, https://example.org",
        "4, O=evil, 'O=evil,CN=x'"
    })
    void excludedBase_refuses(int kind, String base, String name) {
        Made anchor = constrainedRoot(NONE, of(name(kind, base)));

        assertRefused(
                CertificateReason.NAME_CONSTRAINT,
                under(anchor),
                leaf(anchor).names(name(kind, name)).make());
        assertAccepted(
                under(anchor), leaf(anchor).names(name(2, "a.example.net")).make());
    }

    @Test
    void excludedTwoLevelsBelowWildcard_isNoMatch() {
        Made anchor = constrainedRoot(NONE, of(name(2, "a.b.example.org")));

        assertAccepted(
                under(anchor), leaf(anchor).names(name(2, "*.example.org")).make());
    }

    @Test
    void everyName_isCompared() {
        Made anchor = constrainedRoot(of(name(2, "example.org")), NONE);

        assertRefused(
                CertificateReason.NAME_CONSTRAINT,
                under(anchor),
                leaf(anchor)
                        .names(name(2, "a.example.org"), name(2, "a.example.com"))
                        .make());
    }

    @Test
    void excluded_winsOverPermitted() {
        Made anchor = constrainedRoot(of(name(2, "example.org")), of(name(2, "peer.example.org")));

        assertRefused(
                CertificateReason.NAME_CONSTRAINT, under(anchor), leaf(anchor).make());
    }

    @Test
    void subject_isComparedWithDirectoryNames() {
        Made anchor = constrainedRoot(of(name(4, "O=mesh")), NONE);

        assertRefused(
                CertificateReason.NAME_CONSTRAINT, under(anchor), leaf(anchor).make());
        assertAccepted(under(anchor), leaf(anchor).subject("O=MESH,CN=x").make());
        assertRefused(
                CertificateReason.NAME_CONSTRAINT,
                under(anchor),
                leaf(anchor)
                        .subject("O=mesh,CN=x")
                        .names(name(2, "a.example.org"), name(4, "O=other"))
                        .make());
    }

    @Test
    void mailboxInSubject_isComparedToo() {
        Made anchor = constrainedRoot(of(name(1, "example.org")), NONE);

        assertRefused(
                CertificateReason.NAME_CONSTRAINT,
                under(anchor),
                leaf(anchor).subject("CN=x,E=a@example.com").make());
        assertAccepted(
                under(anchor), leaf(anchor).subject("CN=x,E=a@example.org").make());
    }

    @Test
    void uriWithoutComparableHost_isRefusedWhereUrisAreConstrained() {
        Made anchor = constrainedRoot(NONE, of(name(6, "example.com")));

        for (String uri : new String[] {"urn:uuid:1", "https://192.0.2.1/", "https://[::1]/", "mailto:a@b.org"}) {
            assertRefused(
                    CertificateReason.NAME_CONSTRAINT,
                    under(anchor),
                    leaf(anchor).names(name(6, uri)).make());
        }
    }

    @Test
    void kindThatCannotBeCompared_isRefusedOnlyWhereItAppears() {
        GeneralName other = new GeneralName(GeneralName.otherName, new OtherName(PRIVATE, DERNull.INSTANCE));
        Made anchor = constrainedRoot(NONE, of(other));

        assertAccepted(under(anchor), leaf(anchor).make());
        assertRefused(
                CertificateReason.NAME_CONSTRAINT,
                under(anchor),
                leaf(anchor).names(name(2, "a.example.org"), other).make());
    }

    @Test
    void constraintsOfAllIssuers_hold() {
        Made anchor = constrainedRoot(of(name(2, "a.example.org"), name(2, "b.example.org")), NONE);
        Made narrow = constrained(intermediate(anchor, "CN=narrow"), of(name(2, "b.example.org")), NONE)
                .make();
        Made wide = constrained(intermediate(anchor, "CN=wide"), of(name(2, "example.org")), NONE)
                .make();

        assertRefused(
                CertificateReason.NAME_CONSTRAINT,
                under(anchor),
                leaf(narrow).names(name(2, "a.example.org")).make(),
                narrow);
        assertRefused(
                CertificateReason.NAME_CONSTRAINT,
                under(anchor),
                leaf(wide).names(name(2, "c.example.org")).make(),
                wide);
        assertAccepted(
                under(anchor), leaf(narrow).names(name(2, "b.example.org")).make(), narrow);
    }

    @Test
    void namesOfIntermediates_areComparedUnlessSelfIssued() {
        Made anchor = constrainedRoot(NONE, of(name(2, "forbidden.example.org")));
        Made named = intermediate(anchor, "CN=named")
                .names(name(2, "forbidden.example.org"))
                .make();
        Made rolled = intermediate(anchor, "CN=root")
                .names(name(2, "forbidden.example.org"))
                .make();

        assertRefused(
                CertificateReason.NAME_CONSTRAINT, under(anchor), leaf(named).make(), named);
        assertAccepted(under(anchor), leaf(rolled).make(), rolled);
    }

    @Test
    void selfIssuedEndEntity_isComparedAnyway() {
        Made anchor = constrainedRoot(of(name(2, "example.com")), NONE);

        assertRefused(
                CertificateReason.NAME_CONSTRAINT,
                under(anchor),
                leaf(anchor).subject("CN=root").make());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.example.org", ".example.org", "example..org", "exa mple.org", "example.org."})
    void malformedDnsBase_isRefused(String base) {
        assertAnchorRefused(CertificateReason.MALFORMED_NAME_CONSTRAINTS, constrainedRoot(of(name(2, base)), NONE));
    }

    @Test
    void malformedAddressBase_isRefused() {
        assertAnchorRefused(
                CertificateReason.MALFORMED_NAME_CONSTRAINTS,
                constrainedRoot(of(new GeneralName(7, new DEROctetString(new byte[4]))), NONE));
        byte[] gap = {10, 0, 0, 0, -1, 0, -1, 0};
        assertAnchorRefused(
                CertificateReason.MALFORMED_NAME_CONSTRAINTS,
                constrainedRoot(of(new GeneralName(7, new DEROctetString(gap))), NONE));
    }

    @Test
    void malformedMailboxBase_isRefused() {
        assertAnchorRefused(
                CertificateReason.MALFORMED_NAME_CONSTRAINTS, constrainedRoot(of(name(1, "a@b@example.org")), NONE));
    }

    @Test
    void emptyConstraints_areRefused() {
        byte[][] values = {{0x30, 0}, {0x30, 2, (byte) 0xa0, 0}, {0x30, 4, (byte) 0xa0, 0, (byte) 0xa1, 0}};
        for (byte[] value : values) {
            assertAnchorRefused(
                    CertificateReason.MALFORMED_NAME_CONSTRAINTS,
                    root("CN=r").withRaw(Extension.nameConstraints, true, value).make());
        }
    }

    @Test
    void constraintsNotCritical_areRefused() {
        assertAnchorRefused(
                CertificateReason.WRONG_CRITICALITY,
                root("CN=r")
                        .with(
                                Extension.nameConstraints,
                                false,
                                new NameConstraints(subtrees(of(name(2, "example.org"))), null))
                        .make());
    }

    @Test
    void constraintsInEndEntity_areRefused() {
        Made anchor = root("CN=root").make();

        assertRefused(
                CertificateReason.MISPLACED_EXTENSION,
                under(anchor),
                constrained(leaf(anchor), of(name(2, "example.org")), NONE).make());
    }

    @Test
    void tooManyComparisons_areRefused() {
        GeneralName[] many = new GeneralName[700];
        for (int i = 0; i < many.length; i++) {
            many[i] = name(2, "n" + i + ".example.org");
        }
        Made anchor = constrainedRoot(NONE, many);
        GeneralName[] asked = new GeneralName[700];
        for (int i = 0; i < asked.length; i++) {
            asked[i] = name(2, "m" + i + ".example.org");
        }

        assertRefused(
                CertificateReason.PATH_TOO_COMPLEX,
                under(anchor),
                leaf(anchor).names(asked).make());
    }
}
