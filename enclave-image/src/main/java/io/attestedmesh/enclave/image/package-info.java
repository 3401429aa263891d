/**
 * Enclave image files (EIF, version 4): written, read, measured, signed.
 *
 * <pre>{@code
 * ImageWriter.write(new ImageWriter.Parts(Architecture.X86_64, kernel, "reboot=k panic=30", metadata, ramdisks), out, false);
 * EnclaveImage image = ImageReader.read(out);
 * image.register(0);                      // what a document of this image has as PCR0
 * image.metadata();                       // what its author says: trust none of it
 * image.requireSigned(clock.instant());   // by whom, or a RejectedSignatureException
 * }</pre>
 */
package io.attestedmesh.enclave.image;
