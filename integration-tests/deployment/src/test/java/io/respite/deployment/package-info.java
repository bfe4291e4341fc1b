/**
 * The image and the manifests for pods. No container runs here: the files are read strictly, held
 * to rules, and what they start is started as a process. The messages that the documents explain
 * are looked for in the sources.
 */
package io.respite.deployment;
