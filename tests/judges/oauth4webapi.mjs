// oauth4webapi, the strict one: every answer goes through its validators.
import * as oauth from 'oauth4webapi'
import { browse, finish, hear, insist } from './lines.mjs'

const given = await hear()
const { redirect_uri, post_logout_redirect_uri } = given
const http = { [oauth.allowInsecureRequests]: true }
const issuer = new URL(given.issuer)
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http))
const client = { client_id: given.client_id }
const authentication = oauth.ClientSecretBasic(given.client_secret)

const verifier = oauth.generateRandomCodeVerifier()
const nonce = oauth.generateRandomNonce()
const state = oauth.generateRandomState()
const request = new URL(as.authorization_endpoint)
request.search = new URLSearchParams({
  client_id: client.client_id,
  redirect_uri,
  response_type: 'code',
  scope: 'openid profile email',
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  nonce,
  state,
  max_age: '600',
})
insist(as.authorization_response_iss_parameter_supported, 'discovery does not promise `iss` in responses')
const callback = oauth.validateAuthResponse(as, client, await browse(request), state)
const answer = await oauth.authorizationCodeGrantRequest(
  as, client, authentication, callback, redirect_uri, verifier, http,
)
const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, {
  expectedNonce: nonce,
  maxAge: 600,
  requireIdToken: true,
})
await oauth.validateApplicationLevelSignature(as, answer, http)
const claims = oauth.getValidatedIdTokenClaims(tokens)
insist(claims.at_hash === (await halfHash(tokens.access_token)), 'at_hash is not that of the access token')

const asked = await oauth.userInfoRequest(as, client, tokens.access_token, http)
const info = await oauth.processUserInfoResponse(as, client, claims.sub, asked)

const again = await oauth.refreshTokenGrantRequest(as, client, authentication, tokens.refresh_token, http)
const renewed = await oauth.processRefreshTokenResponse(as, client, again)
const living = await introspect(renewed.access_token)

await oauth.processRevocationResponse(
  await oauth.revocationRequest(as, client, authentication, renewed.refresh_token, http),
)
const dead = await introspect(renewed.access_token)
const late = await oauth.refreshTokenGrantRequest(as, client, authentication, renewed.refresh_token, http)
const refused = await oauth.processRefreshTokenResponse(as, client, late).catch((error) => error.error)

const end = new URL(as.end_session_endpoint)
end.search = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri, state })
const left = await browse(end)
insist(left.searchParams.get('state') === state, 'the state of the logout did not come back')
finish({ claims, info, living, dead, refused, left: left.origin + left.pathname })

async function introspect(token) {
  const told = await oauth.introspectionRequest(as, client, authentication, token, http)
  return oauth.processIntrospectionResponse(as, client, told)
}

async function halfHash(token) {
  const whole = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(token)))
  return whole.subarray(0, 16).toString('base64url')
}
