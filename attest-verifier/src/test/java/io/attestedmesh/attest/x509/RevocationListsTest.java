package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateMaker.NOW;
import static io.attestedmesh.attest.x509.CertificateMaker.ec;
import static io.attestedmesh.attest.x509.CertificateMaker.intermediate;
import static io.attestedmesh.attest.x509.CertificateMaker.leaf;
import static io.attestedmesh.attest.x509.CertificateMaker.root;
import static io.attestedmesh.attest.x509.Paths.assertAccepted;
import static io.attestedmesh.attest.x509.Paths.assertRefused;
import static io.attestedmesh.attest.x509.Paths.certificates;
import static io.attestedmesh.attest.x509.Paths.path;
import static io.attestedmesh.attest.x509.Paths.under;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.x509.CertificateMaker.Made;
import java.math.BigInteger;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.junit.jupiter.api.Test;

class RevocationListsTest {
    private static final ASN1ObjectIdentifier UNKNOWN = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");

    private final Made root = root("CN=root").make();
    private final Made leaf = leaf(root).make();

    private static PathValidator with(Made anchor, X509CRL... lists) throws CRLException {
        return under(SignatureAlgorithms.STANDARD, RevocationLists.of(List.of(lists)), anchor);
    }

    private static DistributionPointName at(String uri) {
        return new DistributionPointName(new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
    }

    private ListMaker scoped(IssuingDistributionPoint scope) {
        return ListMaker.of(root).with(Extension.issuingDistributionPoint, true, scope);
    }

    private static void assertUnreadable(X509CRL list) {
        assertThatThrownBy(() -> RevocationLists.of(List.of(list)))
                .isInstanceOf(CRLException.class)
                .hasMessageContaining("refused");
    }

    @Test
    void notListed_isAcceptedUntilNextUpdate() throws CRLException, RejectedCertificateException {
        X509CRL list = ListMaker.of(root)
                .until(NOW.plusSeconds(60))
                .revoke(BigInteger.TEN)
                .make();
        CertificationPath path = path(with(root, list), leaf);

        assertThat(path.validUntil()).isEqualTo(NOW.plusSeconds(60));
        assertThat(path.notAfter()).isEqualTo(NOW.plusSeconds(3600));
    }

    @Test
    void listed_isRevoked() throws CRLException {
        X509CRL list =
                ListMaker.of(root).revoke(leaf.certificate().getSerialNumber()).make();

        assertRefused(CertificateReason.CERTIFICATE_REVOKED, with(root, list), leaf);
    }

    @Test
    void listedInOneOfTwo_isRevoked() throws CRLException {
        X509CRL empty = ListMaker.of(root).make();
        X509CRL old = ListMaker.of(root)
                .valid(NOW.minusSeconds(9), NOW.minusSeconds(5))
                .revoke(leaf.certificate().getSerialNumber())
                .make();

        assertRefused(CertificateReason.CERTIFICATE_REVOKED, with(root, empty, old), leaf);
    }

    @Test
    void listedIntermediate_isRevoked() throws CRLException {
        Made intermediate = intermediate(root, "CN=intermediate").make();
        X509CRL list = ListMaker.of(root)
                .revoke(intermediate.certificate().getSerialNumber())
                .make();

        assertRefused(
                CertificateReason.CERTIFICATE_REVOKED,
                with(root, list),
                leaf(intermediate).make(),
                intermediate);
    }

    @Test
    void sameSerialOfOtherIssuer_isNotRevoked() throws CRLException {
        Made other = root("CN=other").make();
        X509CRL list =
                ListMaker.of(other).revoke(leaf.certificate().getSerialNumber()).make();

        assertAccepted(with(root, list), leaf);
    }

    @Test
    void expiredList_isNoAnswer() throws CRLException {
        X509CRL old = ListMaker.of(root)
                .valid(NOW.minusSeconds(9), NOW.minusSeconds(1))
                .make();

        assertRefused(CertificateReason.REVOCATION_UNKNOWN, with(root, old), leaf);
        assertAccepted(with(root, old, ListMaker.of(root).make()), leaf);
    }

    @Test
    void listOfTheFuture_isNoAnswer() throws CRLException {
        X509CRL early =
                ListMaker.of(root).valid(NOW.plusSeconds(1), NOW.plusSeconds(9)).make();

        assertRefused(CertificateReason.REVOCATION_UNKNOWN, with(root, early), leaf);
    }

    @Test
    void listOfOtherKeyInIssuersName_isNoAnswer() throws CRLException {
        Made forger = new Made(root.der(), ec("secp256r1"), root.subject());
        X509CRL forged = ListMaker.of(forger).make();

        assertRefused(CertificateReason.REVOCATION_UNKNOWN, with(root, forged), leaf);
    }

    @Test
    void listOfListedSignerInIssuersName_answers() throws CRLException, CertificateException {
        Made signer = root("CN=root").make();
        X509CRL list = ListMaker.of(signer)
                .revoke(leaf.certificate().getSerialNumber())
                .make();
        RevocationLists lists = RevocationLists.of(List.of(list), TrustAnchors.of(certificates(signer)));

        assertRefused(CertificateReason.CERTIFICATE_REVOKED, under(SignatureAlgorithms.STANDARD, lists, root), leaf);
        assertRefused(CertificateReason.REVOCATION_UNKNOWN, with(root, list), leaf);
    }

    @Test
    void issuerWithoutCrlSign_isNoAnswer() throws CRLException {
        Made anchor = root("CN=root")
                .with(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
                .make();

        assertRefused(
                CertificateReason.REVOCATION_UNKNOWN,
                with(anchor, ListMaker.of(anchor).make()),
                leaf(anchor).make());
    }

    @Test
    void listForAuthoritiesOnly_doesNotAnswerForEndEntities() throws CRLException {
        X509CRL list = scoped(new IssuingDistributionPoint(null, false, true, null, false, false))
                .make();

        assertRefused(CertificateReason.REVOCATION_UNKNOWN, with(root, list), leaf);
    }

    @Test
    void listForEndEntitiesOnly_doesNotAnswerForAuthorities() throws CRLException {
        X509CRL list = scoped(new IssuingDistributionPoint(null, true, false, null, false, false))
                .make();
        Made intermediate = intermediate(root, "CN=intermediate").make();

        assertAccepted(with(root, list), leaf);
        assertRefused(
                CertificateReason.REVOCATION_UNKNOWN,
                with(root, list),
                leaf(intermediate).make(),
                intermediate);
    }

    @Test
    void listOfDistributionPoint_answersForCertificatesThatPointThere() throws CRLException {
        X509CRL list = scoped(new IssuingDistributionPoint(at("http://a/x"), false, false, null, false, false))
                .make();
        Made here = leaf(root)
                .with(Extension.cRLDistributionPoints, false, points("http://a/x"))
                .make();
        Made there = leaf(root)
                .with(Extension.cRLDistributionPoints, false, points("http://a/%78"))
                .make();

        assertAccepted(with(root, list), here);
        assertRefused(CertificateReason.REVOCATION_UNKNOWN, with(root, list), there);
        assertRefused(CertificateReason.REVOCATION_UNKNOWN, with(root, list), leaf);
    }

    private static CRLDistPoint points(String uri) {
        return new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(at(uri), null, null)});
    }

    @Test
    void narrowerLists_areRefusedAtOnce() {
        assertUnreadable(scoped(new IssuingDistributionPoint(null, false, false, null, true, false))
                .make());
        assertUnreadable(scoped(new IssuingDistributionPoint(null, false, false, null, false, true))
                .make());
        assertUnreadable(scoped(new IssuingDistributionPoint(
                        null, false, false, new ReasonFlags(ReasonFlags.keyCompromise), false, false))
                .make());
        assertUnreadable(ListMaker.of(root)
                .with(Extension.deltaCRLIndicator, true, new ASN1Integer(1))
                .make());
    }

    @Test
    void malformedLists_areRefusedAtOnce() {
        assertUnreadable(ListMaker.of(root).without(Extension.cRLNumber).make());
        assertUnreadable(ListMaker.of(root)
                .with(Extension.cRLNumber, true, new ASN1Integer(1))
                .make());
        assertUnreadable(
                ListMaker.of(root).with(UNKNOWN, true, DERNull.INSTANCE).make());
        assertUnreadable(ListMaker.of(root).until(null).make());
        assertUnreadable(
                ListMaker.of(root).revoke(BigInteger.TEN).revoke(BigInteger.TEN).make());
    }

    @Test
    void unknownExtensionNotCritical_isIgnored() throws CRLException {
        assertAccepted(
                with(
                        root,
                        ListMaker.of(root)
                                .with(UNKNOWN, false, DERNull.INSTANCE)
                                .make()),
                leaf);
    }

    @Test
    void issuerWithoutList_isNotAsked() throws CRLException {
        Made intermediate = intermediate(root, "CN=intermediate").make();

        assertAccepted(with(root, ListMaker.of(root).make()), leaf(intermediate).make(), intermediate);
        assertThat(RevocationLists.NONE.isEmpty()).isTrue();
    }

    @Test
    void tenThousandEntries_areRead() throws CRLException {
        ListMaker maker = ListMaker.of(root);
        for (int i = 1; i <= 10_000; i++) {
            maker.revoke(BigInteger.valueOf(i));
        }

        assertAccepted(with(root, maker.make()), leaf);
    }
}
