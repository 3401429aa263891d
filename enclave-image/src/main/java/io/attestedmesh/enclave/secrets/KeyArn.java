package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.OneLine;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The key ARN of a KMS key, as {@code arn:aws:kms:eu-central-1:111122223333:key/1234abcd-…}. Aliases are not taken: who
 * may point an alias elsewhere would choose the key.
 *
 * <p>Source: AWS KMS developer guide, "Key identifiers (KeyId)".
 */
public record KeyArn(String value) {
    private static final Pattern FORM =
            Pattern.compile("arn:aws[a-z-]{0,16}:kms:([a-z0-9-]{1,32}):[0-9]{12}:key/[A-Za-z0-9-]{1,64}");

    /** @throws IllegalArgumentException if it is none */
    public KeyArn {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\"" + OneLine.of(value)
                            + "\" is no key ARN like arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");
        }
    }

    /** Empty where {@code text} is none, as an id or an alias. */
    public static Optional<KeyArn> parse(String text) {
        return FORM.matcher(text).matches() ? Optional.of(new KeyArn(text)) : Optional.empty();
    }

    /** The region that the key is used in. */
    public String region() {
        Matcher form = FORM.matcher(value);
        if (!form.matches()) {
            throw new IllegalStateException("checked at construction");
        }
        return form.group(1);
    }

    @Override
    public String toString() {
        return value;
    }
}
