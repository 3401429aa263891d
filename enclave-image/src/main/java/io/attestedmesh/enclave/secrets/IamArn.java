package io.attestedmesh.enclave.secrets;

import io.attestedmesh.attest.evidence.OneLine;
import java.util.regex.Pattern;

/**
 * The ARN of an IAM role, user or account root, as {@code arn:aws:iam::111122223333:role/enclave}. No wildcard is taken.
 *
 * <p>Source: IAM user guide, "IAM identifiers".
 */
public record IamArn(String value) {
    private static final Pattern FORM =
            Pattern.compile("arn:aws[a-z-]{0,16}:iam::[0-9]{12}:(?:root|(?:role|user)/[A-Za-z0-9+=,.@_/-]{1,576})");

    /** @throws IllegalArgumentException if it is none */
    public IamArn {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\"" + OneLine.of(value) + "\" is no ARN like arn:aws:iam::111122223333:role/enclave");
        }
    }

    boolean isRole() {
        return value.contains(":role/");
    }

    @Override
    public String toString() {
        return value;
    }
}
