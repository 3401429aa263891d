/** To be written. */
package io.attestedmesh.mpc.network;
