/**
 * Messages between parties as bytes, and the blame for those that are wrong or do not come.
 *
 * <p>A message is one byte that says its kind, then fields whose sizes the protocol fixes: a byte, 32 bytes of a scalar or
 * of a point, or as many bytes as the reader asks for. There are no optional parts, and nothing may follow.
 *
 * <pre>{@code
 * byte[] sent = new MessageWriter(MessageKind.SIGNATURE_SHARE).scalar(share).toByteArray();
 *
 * MessageReader reader = MessageReader.open(sender, MessageKind.SIGNATURE_SHARE, received);
 * Scalar share = reader.scalar();      // a PartyFaultException names the sender of anything else
 * reader.end();
 * }</pre>
 */
package io.attestedmesh.examples.message;
