package io.attestedmesh.enclave.secrets;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The policy of a KMS key that gives {@code Decrypt} and {@code GenerateDataKey} to attested releases alone. One statement
 * a release, its registers all in one condition: registers of different releases never mix.
 *
 * <p>Whoever administers the key can change the policy, and so read every secret in the end; who that is, is the caller's
 * choice. <b>Without an administrator nobody can change it again</b>: KMS then refuses the policy, unless its lock-out
 * check is bypassed, and a key locked out is only recovered through AWS support. No other statement may allow
 * {@code kms:Decrypt}; the default policy of a new key does, to the whole account through IAM.
 *
 * <p>The policy is a text of its moment: when a release is revoked, make it again and put it.
 *
 * <p>Source: AWS KMS developer guide, "Condition keys for AWS Nitro Enclaves", "Key administrators", "Resource quotas".
 *
 * @param enclaves the role that the enclave's calls are signed with
 * @param releases at least one, each of another title
 * @param administrator may change the policy and delete the key, not use it
 * @param operator may make data keys without attestation, to seal by {@code amesh enclave seal}; not decrypt
 */
public record KeyPolicy(
        IamArn enclaves, List<PolicyRelease> releases, Optional<IamArn> administrator, Optional<IamArn> operator) {
    /** The most bytes of a key policy. */
    public static final int MAX_BYTES = 32768;

    private static final String ATTESTATION = "kms:RecipientAttestation:";
    private static final List<String> USE = List.of("kms:Decrypt", "kms:GenerateDataKey");
    private static final List<String> SEAL = List.of("kms:GenerateDataKey");
    private static final List<String> ADMINISTER = List.of(
            "kms:CancelKeyDeletion",
            "kms:DescribeKey",
            "kms:DisableKey",
            "kms:DisableKeyRotation",
            "kms:EnableKey",
            "kms:EnableKeyRotation",
            "kms:GetKeyPolicy",
            "kms:GetKeyRotationStatus",
            "kms:ListKeyPolicies",
            "kms:ListResourceTags",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateKeyDescription");

    /**
     * @throws IllegalArgumentException without a release, for two of one title, if {@code enclaves} is no role, or if it
     *     is the administrator or the operator too
     */
    public KeyPolicy {
        releases = List.copyOf(releases);
        if (!enclaves.isRole()) {
            throw new IllegalArgumentException(enclaves + " is no role; the calls of an enclave are signed with one");
        }
        if (releases.isEmpty()) {
            throw new IllegalArgumentException("a policy for no release lets nobody use the key");
        }
        Set<String> titles = new TreeSet<>();
        for (PolicyRelease release : releases) {
            if (!titles.add(release.title())) {
                throw new IllegalArgumentException("two releases with the title " + release.title());
            }
        }
        requireOther("administrator", enclaves, administrator);
        requireOther("operator", enclaves, operator);
    }

    private static void requireOther(String what, IamArn enclaves, Optional<IamArn> other) {
        if (other.isPresent() && other.get().equals(enclaves)) {
            throw new IllegalArgumentException(
                    "the role of the enclaves is the " + what + " too: its parent holds those credentials");
        }
    }

    /** A policy with statements for the releases alone. */
    public static KeyPolicy of(IamArn enclaves, List<PolicyRelease> releases) {
        return new KeyPolicy(enclaves, releases, Optional.empty(), Optional.empty());
    }

    public KeyPolicy withAdministrator(IamArn principal) {
        return new KeyPolicy(enclaves, releases, Optional.of(principal), operator);
    }

    public KeyPolicy withOperator(IamArn principal) {
        return new KeyPolicy(enclaves, releases, administrator, Optional.of(principal));
    }

    /**
     * The policy's JSON on several lines, without one at the end; the same policy gives the same text.
     *
     * @throws IllegalArgumentException for more than {@link #MAX_BYTES}: name fewer releases or registers
     */
    public String json() {
        StringWriter text = new StringWriter();
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
        try (JsonGenerator json = new JsonFactory().createGenerator(text).setPrettyPrinter(printer)) {
            write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        int size = text.toString().getBytes(StandardCharsets.UTF_8).length;
        if (size > MAX_BYTES) {
            throw new IllegalArgumentException("a policy of " + size + " bytes for " + releases.size()
                    + " releases; KMS takes " + MAX_BYTES + " at most");
        }
        return text.toString();
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("Version", "2012-10-17");
        json.writeArrayFieldStart("Statement");
        if (administrator.isPresent()) {
            statement(json, "Administrator", administrator.get(), ADMINISTER);
            json.writeEndObject();
        }
        if (operator.isPresent()) {
            statement(json, "OperatorSealsOnly", operator.get(), SEAL);
            json.writeEndObject();
        }
        for (int i = 0; i < releases.size(); i++) {
            statement(json, "Release" + (i + 1) + sid(releases.get(i).title()), enclaves, USE);
            condition(json, releases.get(i).registers().values());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void statement(JsonGenerator json, String sid, IamArn principal, List<String> actions)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("Sid", sid);
        json.writeStringField("Effect", "Allow");
        json.writeObjectFieldStart("Principal");
        json.writeStringField("AWS", principal.value());
        json.writeEndObject();
        json.writeArrayFieldStart("Action");
        for (String action : actions) {
            json.writeString(action);
        }
        json.writeEndArray();
        json.writeStringField("Resource", "*");
    }

    private static void condition(JsonGenerator json, Map<Integer, Bytes> registers) throws IOException {
        json.writeObjectFieldStart("Condition");
        json.writeObjectFieldStart("StringEqualsIgnoreCase");
        for (Map.Entry<Integer, Bytes> register : registers.entrySet()) {
            int index = register.getKey();
            json.writeStringField(
                    ATTESTATION + (index == 0 ? "ImageSha384" : "PCR" + index),
                    register.getValue().hex());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    /** Ids of statements are letters and digits. */
    private static String sid(String title) {
        return title.replaceAll("[^A-Za-z0-9]", "");
    }
}
