/**
 * DER (X.690, section 10) and nothing of BER: one reader, and the writing of elements, for all that reads certificates.
 *
 * <pre>{@code
 * try {
 *     DerReader file = DerReader.of(bytes);
 *     DerReader fields = file.enter(DerReader.SEQUENCE);
 *     file.finish();                                  // nothing stands after the SEQUENCE
 *     String type = fields.oid();
 *     boolean critical = fields.trueOrAbsent();
 *     byte[] value = fields.enter(DerReader.OCTET_STRING).rest();
 *     fields.finish();
 * } catch (DerException e) {
 *     throw new RejectedCertificateException(MALFORMED_CERTIFICATE, e.expected(), e.actual(), e);
 * }
 * }</pre>
 */
package io.attestedmesh.attest.der;
