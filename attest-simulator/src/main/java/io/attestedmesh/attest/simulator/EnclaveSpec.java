package io.attestedmesh.attest.simulator;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How an enclave is started: its image, and what its parent instance is.
 *
 * @param image decides PCR0, 1, 2 and 8
 * @param roleArn IAM role of the parent instance, decides PCR3; absent leaves it zero
 * @param instanceId the parent instance, decides PCR4: {@code i-} and 1 to 17 lower-case letters or digits; absent means
 *     a random one
 * @param debug zeroes PCR0, 1 and 2 as the console flag of a real enclave does
 */
public record EnclaveSpec(EnclaveImage image, Optional<String> roleArn, Optional<String> instanceId, boolean debug) {
    /** The names of the certificates hold the id, and a common name has room for 64 characters (RFC 5280, A.1). */
    private static final Pattern INSTANCE_ID = Pattern.compile("i-[0-9a-z]{1,17}");

    public EnclaveSpec {
        if (roleArn.isPresent() && roleArn.get().isEmpty()) {
            throw new IllegalArgumentException("an empty role ARN; leave it out instead");
        }
        if (instanceId.isPresent() && !INSTANCE_ID.matcher(instanceId.get()).matches()) {
            throw new IllegalArgumentException("instance id " + instanceId.get() + " is not like " + INSTANCE_ID);
        }
    }

    /** An enclave without a role, on a random instance, not in debug mode. */
    public static EnclaveSpec of(EnclaveImage image) {
        return new EnclaveSpec(image, Optional.empty(), Optional.empty(), false);
    }

    public EnclaveSpec withRole(String arn) {
        return new EnclaveSpec(image, Optional.of(arn), instanceId, debug);
    }

    public EnclaveSpec withInstance(String id) {
        return new EnclaveSpec(image, roleArn, Optional.of(id), debug);
    }

    public EnclaveSpec inDebugMode() {
        return new EnclaveSpec(image, roleArn, instanceId, true);
    }
}
