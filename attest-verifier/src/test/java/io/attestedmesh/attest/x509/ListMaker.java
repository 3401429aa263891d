package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateMaker.NOW;
import static io.attestedmesh.attest.x509.CertificateMaker.PROVIDER;

import io.attestedmesh.attest.x509.CertificateMaker.Made;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Makes revocation lists, right ones unless told otherwise. */
final class ListMaker {
    private final Made issuer;
    private final ExtensionsGenerator extensions = new ExtensionsGenerator();
    private final List<BigInteger> serials = new ArrayList<>();
    private Instant thisUpdate = NOW.minusSeconds(60);
    private Instant nextUpdate = NOW.plusSeconds(7200);

    private ListMaker(Made issuer) {
        this.issuer = issuer;
        with(Extension.cRLNumber, false, new ASN1Integer(7));
    }

    static ListMaker of(Made issuer) {
        return new ListMaker(issuer);
    }

    ListMaker valid(Instant from, Instant until) {
        thisUpdate = from;
        nextUpdate = until;
        return this;
    }

    /** Null leaves the next update out. */
    ListMaker until(Instant end) {
        return valid(thisUpdate, end);
    }

    ListMaker revoke(BigInteger serial) {
        serials.add(serial);
        return this;
    }

    ListMaker with(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        without(oid);
        try {
            extensions.addExtension(oid, critical, value);
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return this;
    }

    ListMaker without(ASN1ObjectIdentifier oid) {
        if (extensions.hasExtension(oid)) {
            extensions.removeExtension(oid);
        }
        return this;
    }

    X509CRL make() {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(issuer.subject(), Date.from(thisUpdate));
        if (nextUpdate != null) {
            builder.setNextUpdate(Date.from(nextUpdate));
        }
        for (BigInteger serial : serials) {
            builder.addCRLEntry(serial, Date.from(thisUpdate), 0);
        }
        try {
            if (!extensions.isEmpty()) {
                for (ASN1ObjectIdentifier oid : extensions.generate().getExtensionOIDs()) {
                    builder.addExtension(extensions.generate().getExtension(oid));
                }
            }
            byte[] der = builder.build(new JcaContentSignerBuilder("SHA256withECDSA")
                            .setProvider(PROVIDER)
                            .build(issuer.keys().getPrivate()))
                    .getEncoded();
            return (X509CRL)
                    CertificateFactory.getInstance("X.509", PROVIDER).generateCRL(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException | IOException | OperatorCreationException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
