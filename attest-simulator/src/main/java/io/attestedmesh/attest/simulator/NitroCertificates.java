package io.attestedmesh.attest.simulator;

import io.attestedmesh.attest.verify.TrustedRoot;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * Makes the five kinds of certificate of the Nitro PKI, with the names, extensions and lives that real ones have.
 *
 * <p>Source: the chains of 39 real documents, 2021 to 2026. What says "Amazon" there says "simulated" here.
 */
final class NitroCertificates {
    static final Period ROOT_LIFE = Period.ofYears(30);
    static final Duration REGIONAL_LIFE = Duration.ofDays(20);
    static final Duration ZONAL_LIFE = Duration.ofDays(5).plusHours(19);
    static final Duration INSTANCE_LIFE = Duration.ofDays(1);
    static final Duration LEAF_LIFE = Duration.ofHours(3);

    private static final Duration CA_BACKDATING = Duration.ofHours(1);
    private static final Duration LEAF_BACKDATING = Duration.ofSeconds(3);
    private static final int CA_USAGE = KeyUsage.digitalSignature | KeyUsage.keyCertSign | KeyUsage.cRLSign;
    private static final int LEAF_USAGE = KeyUsage.digitalSignature | KeyUsage.nonRepudiation;
    private static final String ORGANISATIONAL_UNIT = "Simulation";
    private static final String REGION = "sim-east-1";
    private static final String DOMAIN = "simulated.nitro-enclaves";

    private final Provider provider;
    private final SecureRandom random;

    NitroCertificates(Provider provider, SecureRandom random) {
        this.provider = provider;
        this.random = random;
    }

    Issuer root(Instant now) {
        KeyPair keys = newKeys();
        X500Name name = shortName(DOMAIN);
        Instant end = now.atOffset(ZoneOffset.UTC).plus(ROOT_LIFE).toInstant();
        return new CertificateShape(name, name, randomSerial(16), now.minus(CA_BACKDATING), end, keys.getPublic())
                .authority()
                .subjectKeyId()
                .keyUsage(true, CA_USAGE)
                .sign(keys.getPrivate(), keys.getPrivate(), provider, random);
    }

    Issuer regional(Issuer root, Instant now) {
        X500Name name = shortName(randomHex(8) + "." + REGION + "." + DOMAIN);
        return intermediate(root, name, now, REGIONAL_LIFE, 2);
    }

    Issuer zonal(Issuer regional, Instant now) {
        X500Name name = new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, randomHex(8) + ".zonal." + REGION + "." + DOMAIN)
                .addRDN(BCStyle.OU, ORGANISATIONAL_UNIT)
                .addRDN(BCStyle.O, TrustedRoot.SIMULATOR_ORGANISATION)
                .addRDN(BCStyle.C, "US")
                .addRDN(BCStyle.ST, "WA")
                .addRDN(BCStyle.L, "Seattle")
                .build();
        return intermediate(regional, name, now, ZONAL_LIFE, 1);
    }

    Issuer instance(Issuer zonal, String instanceId, Instant now) {
        KeyPair keys = newKeys();
        X500Name subject = longName(instanceId + "." + REGION + "." + DOMAIN);
        return new CertificateShape(
                        subjectOf(zonal), subject, randomSerial(20), now, now.plus(INSTANCE_LIFE), keys.getPublic())
                .authority(0)
                .keyUsage(true, KeyUsage.keyCertSign)
                .subjectKeyId()
                .authorityKeyId(zonal.certificate().getPublicKey())
                .sign(keys.getPrivate(), zonal.key(), provider, random);
    }

    /** Its serial is the enclave's number and the time of issue, as on hardware. */
    Issuer leaf(Issuer instance, String moduleId, long enclaveNumber, Instant now) {
        KeyPair keys = newKeys();
        X500Name subject = longName(moduleId + "." + REGION + ".simulated");
        byte[] serial = ByteBuffer.allocate(16)
                .putLong(enclaveNumber)
                .putLong(now.getEpochSecond())
                .array();
        return new CertificateShape(
                        subjectOf(instance),
                        subject,
                        new BigInteger(1, serial),
                        now.minus(LEAF_BACKDATING),
                        now.plus(LEAF_LIFE),
                        keys.getPublic())
                .endEntity()
                .keyUsage(false, LEAF_USAGE)
                .sign(keys.getPrivate(), instance.key(), provider, random);
    }

    private Issuer intermediate(Issuer parent, X500Name subject, Instant now, Duration life, int pathLength) {
        KeyPair keys = newKeys();
        PublicKey parentKey = parent.certificate().getPublicKey();
        return new CertificateShape(
                        subjectOf(parent),
                        subject,
                        randomSerial(16),
                        now.minus(CA_BACKDATING),
                        now.plus(life),
                        keys.getPublic())
                .authority(pathLength)
                .authorityKeyId(parentKey)
                .subjectKeyId()
                .keyUsage(true, CA_USAGE)
                .revocationListAt("http://crl." + REGION + ".invalid/crl/" + randomHex(16) + ".crl")
                .sign(keys.getPrivate(), parent.key(), provider, random);
    }

    private static X500Name shortName(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.C, "US")
                .addRDN(BCStyle.O, TrustedRoot.SIMULATOR_ORGANISATION)
                .addRDN(BCStyle.OU, ORGANISATIONAL_UNIT)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static X500Name longName(String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.C, "US")
                .addRDN(BCStyle.ST, "Washington")
                .addRDN(BCStyle.L, "Seattle")
                .addRDN(BCStyle.O, TrustedRoot.SIMULATOR_ORGANISATION)
                .addRDN(BCStyle.OU, ORGANISATIONAL_UNIT)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static X500Name subjectOf(Issuer issuer) {
        return X500Name.getInstance(
                issuer.certificate().getSubjectX500Principal().getEncoded());
    }

    private KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
            generator.initialize(new ECGenParameterSpec("secp384r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Bouncy Castle has P-384", e);
        }
    }

    private BigInteger randomSerial(int size) {
        byte[] magnitude = new byte[size];
        random.nextBytes(magnitude);
        magnitude[0] &= 0x7f;
        magnitude[size - 1] |= 1;
        return new BigInteger(1, magnitude);
    }

    private String randomHex(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
