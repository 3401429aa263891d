/**
 * The ramdisks of an image: the files of an application, from a folder, a tar archive or a container image, as the
 * archive that a kernel unpacks, the same on every machine.
 *
 * <pre>{@code
 * try (Application application = Application.read(folder, "amd64", temporary);
 *         OutputStream out = Files.newOutputStream(ramdisk)) {
 *     Ramdisk.write(application.files(), out);
 * }
 * }</pre>
 */
package io.attestedmesh.enclave.ramdisk;
