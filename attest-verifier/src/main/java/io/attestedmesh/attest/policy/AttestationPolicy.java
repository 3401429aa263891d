package io.attestedmesh.attest.policy;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.verify.EvidenceReason;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Steps 7 to 9: whether the code that verified evidence speaks of is allowed. Immutable; a change is another instance,
 * and verdicts reached under the old one are forgotten.
 *
 * <p>The default refuses everything: no release is known until {@link Builder#referenceValues} names some.
 */
public final class AttestationPolicy {
    /** Checks the application data behind the bound prefix of user_data. Its verdict must depend on nothing else. */
    @FunctionalInterface
    public interface ApplicationDataCheck {
        /** Returns if the data are acceptable; refuses with {@link PolicyReason#APPLICATION_DATA} or its own reason. */
        void check(Bytes applicationData, PcrBank pcrs) throws RejectedEvidenceException;
    }

    /** PCR0 image, PCR1 kernel and boot, PCR2 application: together they are the code. */
    static final List<Integer> CODE_PCRS = List.of(0, 1, 2);

    /** PCR0 to PCR8 are measured before the first process runs, and locked. */
    private static final int LAST_FIXED_PCR = 8;

    private static final Logger LOG = System.getLogger(AttestationPolicy.class.getName());

    private final ReferenceValues referenceValues;
    private final Duration maxAge;
    private final Duration clockSkew;
    private final SortedSet<Integer> requiredPcrs;
    private final ApplicationDataCheck applicationData;
    private final boolean insecureAllowDebug;
    private final boolean insecureAllowSimulated;

    private AttestationPolicy(Builder builder, ReferenceValues referenceValues) {
        this.referenceValues = referenceValues;
        this.maxAge = builder.maxAge;
        this.clockSkew = builder.clockSkew;
        this.requiredPcrs = new TreeSet<>(builder.requiredPcrs);
        this.applicationData = builder.applicationData;
        this.insecureAllowDebug = builder.insecureAllowDebug;
        this.insecureAllowSimulated = builder.insecureAllowSimulated;
    }

    private AttestationPolicy(AttestationPolicy rules, ReferenceValues referenceValues) {
        this.referenceValues = referenceValues;
        this.maxAge = rules.maxAge;
        this.clockSkew = rules.clockSkew;
        this.requiredPcrs = rules.requiredPcrs;
        this.applicationData = rules.applicationData;
        this.insecureAllowDebug = rules.insecureAllowDebug;
        this.insecureAllowSimulated = rules.insecureAllowSimulated;
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Appraises {@code evidence} at the instant {@code at}, in the order of the numbers below; the first rule broken is
     * the reason.
     *
     * @throws RejectedEvidenceException with a {@link PolicyReason}, or with the verifier's reason where evidence that
     *     was verified earlier is no longer valid at {@code at}
     */
    public AttestationResult appraise(VerifiedEvidence evidence, ExpectedClaims claims, Instant at)
            throws RejectedEvidenceException {
        // 7 and 8: nonce, public key, user data
        Bytes data = claims.match(evidence.document());

        // 9a to 9d
        KnownRelease release = requireAllowed(evidence, at);

        // 9e: the application's own rule
        applicationData.check(data, evidence.document().pcrs());
        return result(evidence, release, data, at);
    }

    /**
     * Appraises later evidence of a peer whose earlier evidence was accepted: as {@link #appraise}, but it must come from
     * the same enclave, and say what {@code claims} expect and nothing behind that. The application data stay those of
     * the earlier evidence, under which they were checked.
     *
     * @throws RejectedEvidenceException also with {@link PolicyReason#OTHER_ENCLAVE}
     */
    public AttestationResult appraiseAgain(
            VerifiedEvidence evidence, ExpectedClaims claims, AttestationResult earlier, Instant at)
            throws RejectedEvidenceException {
        Bytes behind = claims.match(evidence.document());
        if (!behind.isEmpty()) {
            throw refused(
                    PolicyReason.USER_DATA_MISMATCH, "user data that end there", behind.size() + " bytes behind them");
        }
        KnownRelease release = requireAllowed(evidence, at);
        requireSameEnclave(evidence.document(), earlier);
        return result(evidence, release, earlier.applicationData(), at);
    }

    private static void requireSameEnclave(AttestationDocument later, AttestationResult earlier)
            throws RejectedEvidenceException {
        if (!later.moduleId().equals(earlier.moduleId())) {
            throw refused(PolicyReason.OTHER_ENCLAVE, "module " + earlier.moduleId(), "module " + later.moduleId());
        }
        for (int index = 0; index <= LAST_FIXED_PCR; index++) {
            Optional<Bytes> before = earlier.pcrs().get(index);
            Optional<Bytes> now = later.pcrs().get(index);
            if (!now.equals(before)) {
                throw refused(
                        PolicyReason.OTHER_ENCLAVE,
                        "PCR" + index + " " + before.map(Bytes::hex).orElse("absent"),
                        now.map(Bytes::hex).orElse("absent"));
            }
        }
    }

    /** Steps 9a to 9d. */
    private KnownRelease requireAllowed(VerifiedEvidence evidence, Instant at) throws RejectedEvidenceException {
        // 9a: the registers that say which code runs
        PcrBank pcrs = evidence.document().pcrs();
        requirePresent(pcrs);
        refuseDebug(pcrs);
        refuseZero(pcrs);

        // 9b: hardware or not
        if (evidence.root().simulated() && !insecureAllowSimulated) {
            throw refused(PolicyReason.SIMULATED_ROOT, "a hardware root", "the root of a software Nitro");
        }

        // 9c: time
        refuseByTime(evidence, at);

        // 9d: the release list
        return referenceValues.releaseOf(pcrs, at);
    }

    /**
     * The last instant at which this policy would still accept what {@code result} says: the end of the chain, of the
     * maximum age, or of the release, whichever is earliest.
     */
    public Instant acceptableUntil(AttestationResult result) {
        Instant evidence = freshUntil(result);
        Instant release = result.release().until();
        return release.isBefore(evidence) ? release : evidence;
    }

    /** The last instant at which the document behind {@code result} is fresh enough, whatever happens to its release. */
    public Instant freshUntil(AttestationResult result) {
        Instant oldest = result.documentTime().plus(maxAge);
        return oldest.isBefore(result.expiresAt()) ? oldest : result.expiresAt();
    }

    /** The same rules over another list. */
    AttestationPolicy with(ReferenceValues changed) {
        return new AttestationPolicy(this, changed);
    }

    ReferenceValues referenceValues() {
        return referenceValues;
    }

    private void requirePresent(PcrBank pcrs) throws RejectedEvidenceException {
        for (int index : requiredPcrs) {
            if (pcrs.get(index).isEmpty()) {
                throw refused(
                        PolicyReason.PCR_MISSING,
                        "PCR" + index,
                        "registers " + pcrs.values().keySet());
            }
        }
    }

    private void refuseDebug(PcrBank pcrs) throws RejectedEvidenceException {
        if (pcrs.isDebug() && !insecureAllowDebug) {
            throw refused(PolicyReason.DEBUG_ENCLAVE, "PCR0 not zero", "PCR0 zero: an enclave in debug mode");
        }
    }

    private void refuseZero(PcrBank pcrs) throws RejectedEvidenceException {
        for (int index : requiredPcrs) {
            boolean zeroedByDebug = pcrs.isDebug() && CODE_PCRS.contains(index);
            if (!zeroedByDebug && pcrs.get(index).orElseThrow().isZero()) {
                throw refused(PolicyReason.PCR_ZERO, "PCR" + index + " not zero", "zero");
            }
        }
    }

    private void refuseByTime(VerifiedEvidence evidence, Instant at) throws RejectedEvidenceException {
        Instant made = evidence.document().timestamp();
        if (made.isAfter(at.plus(clockSkew))) {
            throw refused(EvidenceReason.FUTURE_TIMESTAMP, "at most " + clockSkew + " after " + at, made.toString());
        }
        if (Duration.between(made, at).compareTo(maxAge) > 0) {
            throw refused(PolicyReason.TOO_OLD, "at most " + maxAge + " old at " + at, "made at " + made);
        }
        if (at.isAfter(evidence.expiresAt())) {
            throw refused(
                    EvidenceReason.EVIDENCE_CHAIN_EXPIRED,
                    "a chain valid at " + at,
                    "a chain that ended " + evidence.expiresAt());
        }
    }

    private static AttestationResult result(VerifiedEvidence evidence, KnownRelease release, Bytes data, Instant at) {
        PcrBank pcrs = evidence.document().pcrs();
        return new AttestationResult(
                evidence.document().moduleId(),
                pcrs,
                release,
                pcrs.isDebug(),
                evidence.root().simulated(),
                data,
                evidence.document().timestamp(),
                at,
                evidence.expiresAt());
    }

    private static RejectedEvidenceException refused(Reason reason, String expected, String actual) {
        return new RejectedEvidenceException(reason, expected, actual);
    }

    /** Collects a policy. */
    public static final class Builder {
        private static final Duration LIFE_OF_A_LEAF = Duration.ofHours(3);
        private static final Duration CENTURY = Duration.ofDays(36_525);

        private ReferenceValues referenceValues;
        private Duration maxAge = LIFE_OF_A_LEAF;
        private Duration clockSkew = NitroVerifier.DEFAULT_CLOCK_SKEW;
        private final SortedSet<Integer> requiredPcrs = new TreeSet<>(CODE_PCRS);
        private ApplicationDataCheck applicationData = (data, pcrs) -> {};
        private boolean insecureAllowDebug;
        private boolean insecureAllowSimulated;

        private Builder() {}

        /** Required; there is no default that accepts anything. */
        public Builder referenceValues(ReferenceValues values) {
            this.referenceValues = Objects.requireNonNull(values);
            return this;
        }

        /** Oldest document accepted, by its timestamp; default 3 h, the life of a leaf. */
        public Builder maxAge(Duration maxAge) {
            if (maxAge.isNegative() || maxAge.isZero() || maxAge.compareTo(CENTURY) > 0) {
                throw new IllegalArgumentException("a maximum age of " + maxAge + " is not in ]0, " + CENTURY + "]");
            }
            this.maxAge = maxAge;
            return this;
        }

        /** How far in the future a document's timestamp may lie; default 5 min. */
        public Builder clockSkew(Duration clockSkew) {
            if (clockSkew.isNegative()) {
                throw new IllegalArgumentException("a clock skew of " + clockSkew);
            }
            this.clockSkew = clockSkew;
            return this;
        }

        /** Registers that must be present and not zero, beyond 0, 1 and 2: say 8 for signed images. */
        public Builder requirePcrs(Set<Integer> indices) {
            for (int index : indices) {
                if (index < 0 || index > Pcr.MAX_INDEX) {
                    throw new IllegalArgumentException("PCR index " + index + " is not in 0.." + Pcr.MAX_INDEX);
                }
            }
            requiredPcrs.addAll(indices);
            return this;
        }

        /** Adds the application's own rule; by default any application data pass. */
        public Builder applicationData(ApplicationDataCheck check) {
            this.applicationData = Objects.requireNonNull(check);
            return this;
        }

        /** Accepts enclaves whose memory their operator reads; with them PCR0, 1 and 2 are zero and prove no code. */
        public Builder insecureAllowDebug() {
            this.insecureAllowDebug = true;
            return this;
        }

        /** Accepts evidence under a root that was configured as simulated: it proves nothing about hardware. */
        public Builder insecureAllowSimulated() {
            this.insecureAllowSimulated = true;
            return this;
        }

        /**
         * The policy, with a warning in the log for everything insecure in it.
         *
         * @throws IllegalStateException without reference values: such a policy could accept nothing
         */
        public AttestationPolicy build() {
            if (referenceValues == null) {
                throw new IllegalStateException("no reference values: nothing would ever be accepted");
            }
            return begin(referenceValues);
        }

        /**
         * These rules over a list that changes: the supplier that is returned hands out one policy for as long as
         * {@code list} hands out one object. Thread-safe, and it waits for nothing but {@code list}. Warnings are logged
         * now, and not again at each change.
         *
         * @param list must never give null
         * @throws IllegalStateException if {@link #referenceValues} were given too: only one of them could be asked
         */
        public Supplier<AttestationPolicy> following(Supplier<? extends ReferenceValues> list) {
            if (referenceValues != null) {
                throw new IllegalStateException("reference values were given, and a list to follow");
            }
            return new FollowingPolicy(begin(list.get()), list);
        }

        private AttestationPolicy begin(ReferenceValues values) {
            Objects.requireNonNull(values);
            warn(values);
            return new AttestationPolicy(this, values);
        }

        private void warn(ReferenceValues values) {
            if (insecureAllowDebug) {
                LOG.log(Level.WARNING, "insecure policy: debug enclaves are accepted; their memory is open");
            }
            if (insecureAllowSimulated) {
                LOG.log(Level.WARNING, "insecure policy: simulated evidence is accepted; it proves no hardware");
            }
            if (values instanceof InsecureAnyRelease) {
                LOG.log(Level.WARNING, "insecure policy: any release is accepted; the code of peers is not checked");
            }
        }
    }
}
