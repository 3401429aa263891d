package io.attestedmesh.releases.audit;

import static io.attestedmesh.releases.audit.Severity.HIGH;
import static io.attestedmesh.releases.audit.Severity.INFO;
import static io.attestedmesh.releases.audit.Severity.LOW;
import static io.attestedmesh.releases.audit.Severity.MEDIUM;

import java.util.Locale;

/**
 * What an audit can find. Ids and severities are stable, for scripts compare them; {@code docs/releases-audit.md} says
 * what each means.
 */
public enum FindingId {
    LIST_REFUSED(HIGH, "do not use this list; the reason says which rule it breaks"),
    ROOT_NOT_GIVEN(HIGH, "give the trust root that clients have built in: the roots of a bundle vouch for themselves"),
    SIGNATURE_INVALID(HIGH, "ask the key's holder whether they signed; sign again, or take the key out of the root"),
    SIGNATURE_OF_UNKNOWN_KEY(INFO, "nothing, if the key is of an earlier or a coming root; else ask who signs here"),
    THRESHOLD_NOT_MET(HIGH, "collect more signatures before this is published"),
    KEY_UNUSED(INFO, "ask whether its holder still has it, and take it out of the root if not"),
    THRESHOLD_ONE(MEDIUM, "raise the threshold to two at least: one stolen key is enough now"),
    THRESHOLD_ALL(LOW, "add a key: when one is lost, neither a list nor a new root can be signed"),
    THRESHOLD_MINORITY(LOW, "raise the threshold above half: two groups without a common member can sign two lists"),
    LOG_KEY_SIGNS_LISTS(MEDIUM, "give the log a key of its own: whoever holds this one signs and keeps the record"),

    LIST_EXPIRED(HIGH, "sign and publish a new version: clients accept nothing of this one"),
    LIST_EXPIRES_SOON(MEDIUM, "sign and publish a new version before that"),
    LIST_NOT_YET_VALID(HIGH, "compare the clocks of signer and auditor; clients refuse it until then"),
    LIST_LONG_LIVED(LOW, "let lists end sooner: whoever holds back new ones keeps clients on this one until then"),
    ROOT_EXPIRED(HIGH, "sign and publish a new root: no list is accepted under this one"),
    ROOT_EXPIRES_SOON(MEDIUM, "sign and publish a new root before that"),
    ROOT_OLD(LOW, "look whether its keys still belong to the right people, and sign a new root"),

    DUPLICATE_RELEASE(HIGH, "remove one of them, or give it its own version"),
    REGISTER_MISSING(HIGH, "name PCR0, PCR1 and PCR2: other code would match too"),
    REGISTER_ZERO(HIGH, "measure the image without debug mode: a zero register stands for any code"),
    REGISTER_PLACEHOLDER(HIGH, "measure the image: no digest looks like that"),
    REGISTER_REPEATED(MEDIUM, "measure the image again: these registers cover different things"),
    APPLICATION_UNMEASURED(INFO, "nothing, if the image has a single ramdisk: PCR0 and PCR1 cover it then"),
    REGISTERS_CONTRADICT(HIGH, "measure these images again: one value of PCR0 goes with one of PCR1 and one of PCR2"),
    PCR0_SHARED(MEDIUM, "name each image once: peers are told the name of the first of them"),
    PCR0_SHARED_BY_VARIANTS(INFO, "nothing, if one image runs for several signers, roles or instances"),
    PCR1_SHARED(INFO, "nothing: images with the same kernel and boot ramdisk share it"),
    PCR2_SHARED(INFO, "nothing, if only the kernel was renewed: these are the same application"),
    REVOKED_CODE_LISTED(HIGH, "decide: as long as both are listed, peers with this code are refused"),
    SOURCE_MISSING(MEDIUM, "name repository, commit and build recipe, so that others can build it again"),
    IMAGE_MISSING(LOW, "name digest and size of the image, so that others can measure it again"),
    IMAGE_SHARED(HIGH, "measure the image again: one file has one set of registers"),
    SIGNER_MISMATCH(HIGH, "measure the image again, or give the certificate that it was signed with"),
    CERTIFICATE_MISSING(LOW, "give the signing certificate, so that PCR8 names somebody"),
    CERTIFICATE_MALFORMED(MEDIUM, "give the signing certificate in DER, base64"),
    CERTIFICATE_EXPIRED(
            MEDIUM, "sign the image with a new certificate; whether it still starts is the platform's choice"),
    CERTIFICATE_EXPIRES_SOON(LOW, "prepare a new certificate, and a release signed with it"),
    CERTIFICATE_NOT_YET_VALID(MEDIUM, "look at the clock of whoever issued it"),
    RELEASE_NOT_YET_VALID(INFO, "nothing, if it is meant to be accepted later"),
    RELEASE_EXPIRED(LOW, "remove or revoke it, or move its end: it is listed and no longer accepted"),
    RELEASE_EXPIRES_SOON(INFO, "move peers to another release before that, or move its end"),
    NOTHING_ACCEPTED(HIGH, "add an active release: every peer is refused"),
    REVOCATION_IN_FUTURE(LOW, "correct the time: a revoked release is refused at once, whatever it says"),
    REVOCATION_UNEXPLAINED(LOW, "write a reason that helps whoever reads it in a log at night"),

    IMAGE_DIFFERS(HIGH, "find out where the file comes from: it is not what was signed under this name"),
    IMAGE_UNKNOWN(MEDIUM, "find out what the file is: no release of the list names it"),
    IMAGE_REVOKED(LOW, "delete the file where it could still be started"),

    OTHER_NOT_VERIFIED(MEDIUM, "give the root that it was signed under; until then anybody may have written it"),
    LIST_FORK(HIGH, "stop publishing: the signers signed two lists of one version"),
    LIST_SUPERSEDED(MEDIUM, "audit the newest version, and ask why this one is still in use"),
    REVOKED_ELSEWHERE(HIGH, "revoke it in the other list too, or explain why one of the two is wrong"),
    REVOKED_STILL_ACCEPTED(
            INFO, "nothing but time: clients kept from newer lists accept it until the earlier one ends"),
    REVOCATION_UNDONE(HIGH, "revoke it again, or publish why code that was revoked is trusted again"),
    REVOCATION_DROPPED(LOW, "keep revoked releases in the list: it also refuses them under other names"),
    RELEASE_REWRITTEN(HIGH, "give changed code a version of its own: this name stood for other code before"),
    RELEASE_REMOVED(LOW, "revoke releases rather than remove them, so that the reason is on record"),
    VERSION_BACKWARDS(LOW, "nothing, if it mends an older line; else ask why older code is added"),
    DEPRECATED_LONG(LOW, "revoke it, or give it an end"),
    SINCE_UNKNOWN(LOW, "give the earlier list with --other: a log knows digests, not contents"),

    LOG_NOT_NAMED(LOW, "name a log in the trust root: without one nobody can prove what was trusted when"),
    WITNESSES_NOT_REQUIRED(LOW, "name witnesses in the trust root: alone, a log can show each client another history"),
    INCLUSION_MISSING(MEDIUM, "assemble the bundle with the log: clients that require inclusion refuse this one"),
    LOG_DAMAGED(HIGH, "restore the log from a copy, and find out who changed it"),
    LOG_FORK(HIGH, "find out which of the two clients have, and who signed both"),
    LOG_BACKWARDS(MEDIUM, "find out why an earlier version was logged after a later one"),
    LOG_REPEATED(INFO, "nothing: a list was published twice"),
    LOG_GAP(INFO, "ask for the lists of these versions; they may never have been published"),
    LOG_LACKS_LIST(HIGH, "append the list to the log, and find out how it was published without"),
    LOG_BEHIND(LOW, "fetch the log again: the bundle is of a later state of it"),
    CHECKPOINT_NOT_SIGNED(HIGH, "do not rely on this log: the root does not name whoever signed its checkpoint"),
    CHECKPOINT_NOT_WITNESSED(MEDIUM, "collect cosignatures: clients refuse the checkpoint without them"),
    CHECKPOINT_OLD(LOW, "let the log sign again, and its witnesses: clients may ask for a fresh checkpoint"),
    CHECKPOINT_IN_FUTURE(
            MEDIUM,
            "compare the clocks of log, witnesses and auditor: clients that ask for a fresh checkpoint refuse it"),
    CHECKPOINT_FORK(HIGH, "keep both as evidence: the log shows different histories");

    private final Severity severity;
    private final String advice;

    FindingId(Severity severity, String advice) {
        this.severity = severity;
        this.advice = advice;
    }

    /** Such as {@code list-expired}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public Severity severity() {
        return severity;
    }

    /** What can be done about it. */
    public String advice() {
        return advice;
    }
}
