/**
 * The trust root: who may sign a list, how many of them must, and which log shows it. A root is signed by its own
 * threshold and by that of the root before it, so a client that has any root walks to the newest.
 *
 * <pre>{@code
 * SignedRoot anchor = SignedRoot.of(SignedEnvelope.parse(measuredIntoTheImage));
 * SignedRoot newest = RootChain.walk(anchor, offered);
 * newest.requireNotExpired(clock.instant());
 * envelope.requireThreshold(DocumentType.RELEASE_LIST, newest.root().keys());
 * }</pre>
 */
package io.attestedmesh.releases.root;
