/**
 * Files with release lists and trust roots, for {@code amesh release} and {@code amesh root}: told apart by their content,
 * shown in words, signed by one person at a time.
 *
 * <pre>{@code
 * InputFile input = InputFile.read(path);
 * SignedEnvelope list = input.list();                       // of a draft, an envelope or a bundle
 * InputFile.read(rootFile).trustRoot();                     // or an error that says what was found
 * Signer.Signed signed = signer.sign(list, DocumentType.RELEASE_LIST, "version 7", List.of(keys), terminal);
 * terminal.say(Progress.of(signed.envelope(), DocumentType.RELEASE_LIST, keys).words());
 * }</pre>
 */
package io.attestedmesh.cli.document;
