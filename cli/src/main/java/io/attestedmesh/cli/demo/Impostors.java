package io.attestedmesh.cli.demo;

import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.simulator.EnclaveSpec;
import io.attestedmesh.attest.simulator.SimulatedNsm;
import io.attestedmesh.attest.tls.CertificateBinding;
import io.attestedmesh.attest.tls.EvidenceExtension;
import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.Issuance;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateDraft;
import io.attestedmesh.transport.pki.PkiException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the credentials of impostors. Each is as good as it can be but for one thing; most even hold the CA key of the
 * party that they claim to be.
 */
final class Impostors {
    /** Makes one impostor's credential. */
    interface Forgery {
        Credential make() throws Exception;
    }

    /**
     * An impostor: what is wrong with it, and why it must be refused.
     *
     * @param enclave where it runs, and attests in its sessions
     */
    record Impostor(String title, String reason, Attester enclave, Forgery forgery) {}

    private static final Duration LONGER_THAN_A_LEAF_LIVES = Duration.ofHours(4);

    private final Cloud cloud;
    private final Party victim;
    private final Party signed;
    private final Credential copied;
    private final Credential leaked;

    /**
     * @param victim the party that most of them claim to be
     * @param signed a party whose image is signed
     * @param copied what some other party presents
     * @param leaked what the victim presents, with its key
     */
    Impostors(Cloud cloud, Party victim, Party signed, Credential copied, Credential leaked) {
        this.cloud = cloud;
        this.victim = victim;
        this.signed = signed;
        this.copied = copied;
        this.leaked = leaked;
    }

    List<Impostor> all() {
        List<Impostor> all = new ArrayList<>(List.of(
                impostor("other image", "UNKNOWN_RELEASE", this::otherImage),
                impostor("debug image", "DEBUG_ENCLAVE", this::debugImage),
                impostor("plain certificate without evidence", "EVIDENCE_MISSING", this::plainCertificate),
                impostor("evidence of another key, copied from a peer", "PUBLIC_KEY_MISMATCH", this::copiedEvidence),
                impostor("right image, wrong identity", "NAME_MISMATCH", this::wrongIdentity),
                impostor("expired evidence", "EVIDENCE_CHAIN_EXPIRED", this::expiredEvidence),
                impostor("right signed image, another operator (PCR4)", "PCR_PIN_MISMATCH", this::otherOperator)));
        if (cloud.level() == Freshness.SESSION) {
            all.add(new Impostor(
                    "leaked key, another enclave with its image",
                    "OTHER_ENCLAVE",
                    cloud.launch(EnclaveSpec.of(cloud.oldImage())),
                    () -> leaked));
        }
        return all;
    }

    /** One that is refused before anybody asks where it runs. */
    private Impostor impostor(String title, String reason, Forgery forgery) {
        return new Impostor(title, reason, cloud.launch(EnclaveSpec.of(cloud.image())), forgery);
    }

    private Credential otherImage() throws Exception {
        return cloud.attested(victim.issuance(), cloud.launch(EnclaveSpec.of(Cloud.image("changed by a stranger"))));
    }

    private Credential debugImage() throws Exception {
        return cloud.attested(
                victim.issuance(), cloud.launch(EnclaveSpec.of(cloud.image()).inDebugMode()));
    }

    private Credential plainCertificate() throws PkiException {
        return cloud.plain(victim.authority(), victim.name());
    }

    private Credential copiedEvidence() throws Exception {
        EvidenceExtension stolen = EvidenceExtension.find(copied.leaf()).orElseThrow();
        KeyPair keys = cloud.newKeys();
        return credential(keys, victim.authority().draft(keys.getPublic(), cloud.profile(victim.name())), stolen);
    }

    private Credential wrongIdentity() throws Exception {
        String stranger = "eve.demo";
        CertificateAuthority authority = cloud.authority(stranger);
        return cloud.attested(
                Issuance.fullAuto(authority, stranger, Cloud.names(stranger)),
                cloud.launch(EnclaveSpec.of(cloud.image())));
    }

    /** Right in everything, and bound to a certificate that is still valid; only the module's own chain has ended. */
    private Credential expiredEvidence() throws Exception {
        SimulatedNsm then = cloud.ago(LONGER_THAN_A_LEAF_LIVES).launch(EnclaveSpec.of(cloud.image()));
        KeyPair keys = cloud.newKeys();
        CertificateDraft draft = victim.authority().draft(keys.getPublic(), cloud.profile(victim.name()));
        Bytes evidence = then.attest(new AttestationRequest(
                Optional.of(Bytes.of(keys.getPublic().getEncoded())),
                Optional.of(CertificateBinding.userData(Bytes.of(draft.tbs()), Bytes.EMPTY)),
                Optional.empty()));
        return credential(keys, draft, new EvidenceExtension(EvidenceProfile.CMW, evidence, Optional.empty()));
    }

    private Credential otherOperator() throws Exception {
        X509Certificate signer = signed.signer().orElseThrow();
        return cloud.attested(signed.issuance(), cloud.launch(cloud.signedImageOn(signer, "i-0000000000000bad")));
    }

    private static Credential credential(KeyPair keys, CertificateDraft draft, EvidenceExtension evidence)
            throws PkiException, GeneralSecurityException {
        CertificateDraft complete = draft;
        for (EvidenceExtension.Encoded extension : evidence.extensions()) {
            complete = complete.with(extension.oid(), extension.value().toByteArray());
        }
        return new Credential(keys.getPrivate(), List.of(complete.sign()));
    }
}
