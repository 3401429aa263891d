/**
 * Secrets that AWS KMS gives to measured code alone, envelopes sealed under them, and state in S3.
 *
 * <pre>{@code
 * AwsSettings aws = AwsSettings.DEFAULTS.withRegion(key.region());
 * try (AttestedKms kms = new AttestedKms(AwsClients.kms(aws), nsm, random)) {
 *     Opener opener = new Opener(kms, key);
 *     SealedEnvelope envelope = SealedEnvelope.parse(received);
 *     try (SecretBytes password = opener.open(envelope, new NamedVersion("database", 3))) {
 *         connect(password);
 *     }
 *     SealedState state = new SealedState(AwsClients.s3(aws), "bucket", "node-a/", new Sealer(kms, key, random), opener);
 *     Optional<StoredState> last = state.read("ledger", 0);
 * }
 * }</pre>
 */
package io.attestedmesh.enclave.secrets;
