package io.attestedmesh.attest.simulator.hostile;

import static io.attestedmesh.attest.simulator.hostile.Rung.*;
import static io.attestedmesh.attest.verify.EvidenceReason.*;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.verify.EvidenceReason;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;

/** What is well-formed and proves nothing: the chain (step 4), the signature (step 5), the time (step 6). */
public enum ChainFault implements Fault {
    ANOTHER_ROOT(UNTRUSTED_ROOT, cloud -> HostileCloud.at(cloud.now()).document()),
    ROOT_OF_SAME_KEY_REISSUED(UNTRUSTED_ROOT, ROOT, c -> c.serial(BigInteger.TEN)),
    ROOT_LEFT_OUT(UNTRUSTED_ROOT, bundle(b -> b.subList(1, b.size()))),
    BUNDLE_REVERSED(UNTRUSTED_ROOT, bundle(ChainFault::reversed)),
    BUNDLE_OF_ANOTHER_ENCLAVE(
            BAD_CHAIN_SIGNATURE,
            cloud -> cloud.document(cloud.chain()
                    .withBundle(cloud.chain(INSTANCE, c -> c.keys(HostileCloud.newKeys("secp384r1")))
                            .bundle()))),
    INTERMEDIATES_SWAPPED(ISSUER_MISMATCH, bundle(b -> List.of(b.get(0), b.get(2), b.get(1), b.get(3)))),
    INTERMEDIATE_LEFT_OUT(ISSUER_MISMATCH, bundle(b -> List.of(b.get(0), b.get(1), b.get(3)))),
    ROOT_ALONE(ISSUER_MISMATCH, bundle(b -> b.subList(0, 1))),
    LEAF_IN_BUNDLE(
            NOT_A_CA,
            cloud -> cloud.document(cloud.chain()
                    .withBundle(plus(cloud.chain().bundle(), cloud.chain().leaf())))),
    INTERMEDIATE_IS_GARBAGE(CERTIFICATE_ENCODING, ZONAL, c -> c.der(d -> Bytes.of(new byte[300]))),
    LEAF_TRUNCATED(CERTIFICATE_ENCODING, LEAF, c -> c.der(d -> d.slice(0, d.size() - 1))),
    LEAF_WITH_TRAILING_BYTE(CERTIFICATE_ENCODING, LEAF, c -> c.der(d -> Bytes.concat(d, Cbor.octets(0)))),
    SERIAL_0(CERTIFICATE_SERIAL, LEAF, c -> c.serial(BigInteger.ZERO)),
    SERIAL_NEGATIVE(CERTIFICATE_SERIAL, INSTANCE, c -> c.serial(BigInteger.valueOf(-7))),
    SERIAL_OF_21_BYTES(CERTIFICATE_SERIAL, ZONAL, c -> c.serial(BigInteger.ONE.shiftLeft(160))),
    SIGNED_WITH_SHA256(CERTIFICATE_SIGNATURE_ALGORITHM, LEAF, c -> c.algorithm("SHA256withECDSA")),
    LEAF_ON_P256(CERTIFICATE_KEY, leafOn("secp256r1")),
    LEAF_ON_P521(CERTIFICATE_KEY, leafOn("secp521r1")),
    LEAF_ON_BRAINPOOL_384(CERTIFICATE_KEY, leafOn("brainpoolP384r1")),
    INTERMEDIATE_ON_P256(CERTIFICATE_KEY, INSTANCE, c -> c.keys(HostileCloud.newKeys("secp256r1"))),
    KEY_USAGE_TWICE(
            DUPLICATE_EXTENSION,
            LEAF,
            c -> c.extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))),
    UNKNOWN_EXTENSION_TWICE(
            DUPLICATE_EXTENSION,
            INSTANCE,
            c -> c.extension(Extension.auditIdentity, false, DERNull.INSTANCE)
                    .extension(Extension.auditIdentity, false, DERNull.INSTANCE)),
    CRITICAL_EXTENSION_IN_LEAF(UNKNOWN_CRITICAL_EXTENSION, LEAF, ChainFault::criticalExtension),
    CRITICAL_EXTENSION_IN_INTERMEDIATE(UNKNOWN_CRITICAL_EXTENSION, REGIONAL, ChainFault::criticalExtension),
    LEAF_OF_ANOTHER_ISSUER_NAME(ISSUER_MISMATCH, LEAF, c -> c.issuer(HostileCloud.name(ZONAL))),
    INTERMEDIATE_IS_NO_CA(NOT_A_CA, INSTANCE, CertificateRecipe::endEntity),
    INTERMEDIATE_WITHOUT_CONSTRAINTS(NOT_A_CA, ZONAL, c -> c.without(Extension.basicConstraints)),
    LEAF_IS_CA(LEAF_IS_A_CA, LEAF, c -> c.authority(0)),
    PATH_LENGTH_OF_ZONAL_0(PATH_TOO_LONG, ZONAL, c -> c.authority(0)),
    PATH_LENGTH_OF_REGIONAL_0(PATH_TOO_LONG, REGIONAL, c -> c.authority(0)),
    PATH_LENGTH_OF_ROOT_1(PATH_TOO_LONG, (c, now) -> c.authority(1)),
    INTERMEDIATE_WITHOUT_CERT_SIGN(KEY_USAGE, INSTANCE, c -> c.keyUsage(KeyUsage.digitalSignature)),
    INTERMEDIATE_WITHOUT_KEY_USAGE(KEY_USAGE, REGIONAL, c -> c.without(Extension.keyUsage)),
    LEAF_FOR_KEY_AGREEMENT(KEY_USAGE, LEAF, c -> c.keyUsage(KeyUsage.keyAgreement)),
    LEAF_WITHOUT_KEY_USAGE(KEY_USAGE, LEAF, c -> c.without(Extension.keyUsage)),
    INTERMEDIATE_SIGNED_BY_ANOTHER(BAD_CHAIN_SIGNATURE, ZONAL, ChainFault::signedByAnother),
    LEAF_SIGNED_BY_ANOTHER(BAD_CHAIN_SIGNATURE, LEAF, ChainFault::signedByAnother),
    LEAF_SIGNATURE_BIT_FLIPPED(BAD_CHAIN_SIGNATURE, LEAF, c -> c.der(ChainFault::flipLastBit)),
    ROOT_EXPIRED(EVIDENCE_CHAIN_EXPIRED, (c, now) -> c.notAfter(now.minusSeconds(1))),
    REGIONAL_EXPIRED(EVIDENCE_CHAIN_EXPIRED, REGIONAL, (c, now) -> c.notAfter(now.minusSeconds(1))),
    ZONAL_EXPIRED(EVIDENCE_CHAIN_EXPIRED, ZONAL, (c, now) -> c.notAfter(now.minusSeconds(1))),
    INSTANCE_EXPIRED(EVIDENCE_CHAIN_EXPIRED, INSTANCE, (c, now) -> c.notAfter(now.minusSeconds(1))),
    LEAF_EXPIRED(EVIDENCE_CHAIN_EXPIRED, LEAF, (c, now) -> c.notAfter(now.minusSeconds(1))),
    ROOT_NOT_YET_VALID(EVIDENCE_CHAIN_NOT_YET_VALID, (c, now) -> c.notBefore(now.plusSeconds(1))),
    REGIONAL_NOT_YET_VALID(EVIDENCE_CHAIN_NOT_YET_VALID, REGIONAL, (c, now) -> c.notBefore(now.plusSeconds(1))),
    ZONAL_NOT_YET_VALID(EVIDENCE_CHAIN_NOT_YET_VALID, ZONAL, (c, now) -> c.notBefore(now.plusSeconds(1))),
    INSTANCE_NOT_YET_VALID(EVIDENCE_CHAIN_NOT_YET_VALID, INSTANCE, (c, now) -> c.notBefore(now.plusSeconds(1))),
    LEAF_NOT_YET_VALID(EVIDENCE_CHAIN_NOT_YET_VALID, LEAF, (c, now) -> c.notBefore(now.plusSeconds(1))),

    SIGNED_BY_ANOTHER_KEY(
            5,
            BAD_SIGNATURE,
            (d, now) -> d.signWith(HostileCloud.newKeys("secp384r1").getPrivate())),
    SIGNATURE_BIT_FLIPPED(5, BAD_SIGNATURE, (d, now) -> d.signature(ChainFault::flipLastBit)),
    SIGNATURE_ZERO(5, BAD_SIGNATURE, (d, now) -> d.signature(s -> Bytes.of(new byte[96]))),
    SIGNATURE_ALL_ONES(5, BAD_SIGNATURE, (d, now) -> d.signature(s -> ones(96))),
    SIGNATURE_HALVES_SWAPPED(
            5, BAD_SIGNATURE, (d, now) -> d.signature(s -> Bytes.concat(s.slice(48, 96), s.slice(0, 48)))),
    PAYLOAD_CHANGED_AFTER_SIGNING(5, BAD_SIGNATURE, (d, now) -> d.items(ChainFault::changedModule)),

    TIMESTAMP_BEYOND_SKEW(6, FUTURE_TIMESTAMP, (d, now) -> d.timestamp(now.plusMillis(300_001))),
    TIMESTAMP_IN_SECONDS_TO_COME(6, FUTURE_TIMESTAMP, (d, now) -> d.timestamp(now.plusSeconds(86_400L * 36_500))),
    TIMESTAMP_2_TO_63_MINUS_1(6, FUTURE_TIMESTAMP, (d, now) -> d.set("timestamp", Cbor.unsigned(Long.MAX_VALUE)));

    private final int step;
    private final EvidenceReason reason;

    @SuppressWarnings("ImmutableEnumChecker") // lambdas that capture nothing that changes
    private final Function<HostileCloud, Forged> forge;

    ChainFault(int step, EvidenceReason reason, Function<HostileCloud, Forged> forge) {
        this.step = step;
        this.reason = reason;
        this.forge = forge;
    }

    ChainFault(EvidenceReason reason, Function<HostileCloud, DocumentRecipe> document) {
        this(
                4,
                reason,
                cloud -> new Forged(cloud.trustedRoot(), document.apply(cloud).sign()));
    }

    ChainFault(EvidenceReason reason, Rung rung, Consumer<CertificateRecipe> change) {
        this(reason, rung, (recipe, now) -> change.accept(recipe));
    }

    ChainFault(EvidenceReason reason, Rung rung, BiConsumer<CertificateRecipe, Instant> change) {
        this(reason, cloud -> cloud.document(cloud.chain(rung, recipe -> change.accept(recipe, cloud.now()))));
    }

    /** A fault of the root that the verifier trusts. */
    ChainFault(EvidenceReason reason, BiConsumer<CertificateRecipe, Instant> rootChange) {
        this(4, reason, cloud -> {
            HostileCloud faulty = cloud.withRoot(recipe -> rootChange.accept(recipe, cloud.now()));
            return new Forged(faulty.trustedRoot(), faulty.document().sign());
        });
    }

    ChainFault(int step, EvidenceReason reason, BiConsumer<DocumentRecipe, Instant> change) {
        this(step, reason, (HostileCloud cloud) -> {
            DocumentRecipe recipe = cloud.document();
            change.accept(recipe, cloud.now());
            return new Forged(cloud.trustedRoot(), recipe.sign());
        });
    }

    @Override
    public int step() {
        return step;
    }

    @Override
    public EvidenceReason reason() {
        return reason;
    }

    @Override
    public Forged forge(HostileCloud cloud) {
        return forge.apply(cloud);
    }

    private static Function<HostileCloud, DocumentRecipe> bundle(UnaryOperator<List<Bytes>> change) {
        return cloud -> {
            ForgedChain chain = cloud.chain();
            return cloud.document(chain.withBundle(change.apply(chain.bundle())));
        };
    }

    /** Signed by a key on P-384 all the same, since a signature by the leaf's would already be of another size. */
    private static Function<HostileCloud, DocumentRecipe> leafOn(String curve) {
        return cloud -> cloud.document(cloud.chain(LEAF, c -> c.keys(HostileCloud.newKeys(curve))))
                .signWith(cloud.chain().leafKey());
    }

    private static void criticalExtension(CertificateRecipe recipe) {
        recipe.extension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, DERNull.INSTANCE);
    }

    private static void signedByAnother(CertificateRecipe recipe) {
        recipe.signedBy(HostileCloud.newKeys("secp384r1").getPrivate());
    }

    private static List<Bytes> changedModule(List<Bytes> items) {
        byte[] payload = items.get(2).toByteArray();
        int moduleId = 20;
        payload[moduleId] ^= 1;
        return List.of(items.get(0), items.get(1), Bytes.of(payload), items.get(3));
    }

    private static List<Bytes> reversed(List<Bytes> bundle) {
        List<Bytes> reversed = new ArrayList<>(bundle);
        Collections.reverse(reversed);
        return reversed;
    }

    private static List<Bytes> plus(List<Bytes> bundle, Bytes one) {
        List<Bytes> more = new ArrayList<>(bundle);
        more.add(one);
        return more;
    }

    private static Bytes flipLastBit(Bytes value) {
        byte[] changed = value.toByteArray();
        changed[changed.length - 1] ^= 1;
        return Bytes.of(changed);
    }

    private static Bytes ones(int size) {
        byte[] ones = new byte[size];
        Arrays.fill(ones, (byte) 0xff);
        return Bytes.of(ones);
    }
}
