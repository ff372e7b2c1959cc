// openid-client signs in, reads userinfo, refreshes, introspects, revokes, signs out.
import * as client from 'openid-client'
import { browse, finish, hear, insist } from './lines.mjs'

const { issuer, client_id, client_secret, redirect_uri, post_logout_redirect_uri } = await hear()

const config = await client.discovery(new URL(issuer), client_id, client_secret, undefined, {
  execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
})
const pkceCodeVerifier = client.randomPKCECodeVerifier()
const expectedNonce = client.randomNonce()
const expectedState = client.randomState()
const arrived = await browse(
  client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: 'openid profile email',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce: expectedNonce,
    state: expectedState,
    max_age: '600',
  }),
)
const tokens = await client.authorizationCodeGrant(config, arrived, {
  pkceCodeVerifier,
  expectedNonce,
  expectedState,
  maxAge: 600,
  idTokenExpected: true,
})
const claims = tokens.claims()
const info = await client.fetchUserInfo(config, tokens.access_token, claims.sub)

const renewed = await client.refreshTokenGrant(config, tokens.refresh_token)
insist(renewed.refresh_token !== tokens.refresh_token, 'the refresh token was not rotated')
const living = await client.tokenIntrospection(config, renewed.access_token)

await client.tokenRevocation(config, renewed.refresh_token)
const dead = await client.tokenIntrospection(config, renewed.access_token)
const refused = await client.refreshTokenGrant(config, renewed.refresh_token).catch((error) => error.error)

const end = client.buildEndSessionUrl(config, {
  id_token_hint: tokens.id_token,
  post_logout_redirect_uri,
  state: expectedState,
})
const left = await browse(end)
insist(left.searchParams.get('state') === expectedState, 'the state of the logout did not come back')
finish({ claims, info, living, dead, refused, left: left.origin + left.pathname })
