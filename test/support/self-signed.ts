/**
 * A certificate for 127.0.0.1 that nobody vouches for, and its key: what a server with a forged identity would show.
 * Made for the tests alone, valid for a hundred years, and good for nothing else.
 */
export const selfSigned: { readonly cert: string; readonly key: string } = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUel5BVFkYz9LM7EkYnVgYQf2MMq8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTE5NDgzM1oYDzIxMjYxMDI4
MTk0ODMzWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ0aTwTejnJ+oqXj+EUiepRYg0zxiu9X4AkhDIXN4PzG6jhVyZK6CvE
u1VfMNzTm7+LMKaDFSXu9bqK+D0oLSORo2QwYjAdBgNVHQ4EFgQUL2fJ5CwFcRKT
KieGARv5YMzXhtAwHwYDVR0jBBgwFoAUL2fJ5CwFcRKTKieGARv5YMzXhtAwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IQD+XXvlI8qW6+KRBBJFz82cMl7N7MziLGdOaUW8FUt5vAIgDpsMUhaF1ogOB6JX
ueN+0hpEylX2SLl1tUqKdZhGLNQ=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9OSSJWb592f9zRnw
9BON53qUWI2n2tfDAXJRex8gTjmhRANCAAQ0aTwTejnJ+oqXj+EUiepRYg0zxiu9
X4AkhDIXN4PzG6jhVyZK6CvEu1VfMNzTm7+LMKaDFSXu9bqK+D0oLSOR
-----END PRIVATE KEY-----
`,
};
