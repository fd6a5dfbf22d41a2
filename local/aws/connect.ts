import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { DeskCall } from '../connect/call-book.ts';
import type { DeskPhone } from '../connect/desk-phone.ts';
import { AwsError, type AwsRequest, type AwsResponse } from './exchange.ts';
import { restError } from './lambda-invoke.ts';

const id = z.string().min(1).max(256);
const phone = z.string().regex(/^\+[1-9][0-9]{1,14}$/, 'a number in E.164');

const startRequest = z.object({
  InstanceId: id,
  ContactFlowId: z.string().min(1).max(500),
  DestinationPhoneNumber: phone,
  SourcePhoneNumber: phone.optional(),
  QueueId: z.string().optional(),
  ClientToken: z.string().max(500).optional(),
  Attributes: z.record(z.string().min(1).max(32_767), z.string().max(32_767)).optional(),
  RingTimeoutInSeconds: z.int().min(15).max(60).optional(),
});
const stopRequest = z.object({ InstanceId: id, ContactId: id });

/** The service's bound for all attributes of a contact. */
const largestAttributeBytes = 32 * 1024;
const defaultRingSeconds = 60;

/** A path of the API: `PUT /contact/outbound-voice`, `POST /contact/stop`, `GET /contacts/INSTANCE/CONTACT`. */
export const connectPath = /^\/contacts?\//;

/** Amazon Connect's StartOutboundVoiceContact, StopContact and DescribeContact: the ones that are simulated. */
export function createConnect(deskPhone: DeskPhone) {
  return async ({ method, path, body }: AwsRequest): Promise<AwsResponse> => {
    try {
      if (method === 'PUT' && path === '/contact/outbound-voice') {
        return answer({ ContactId: start(parse(startRequest, body)) });
      }
      if (method === 'POST' && path === '/contact/stop') {
        const { ContactId } = parse(stopRequest, body);
        if (!deskPhone.stop(ContactId)) {
          throw new AwsError('ContactNotFoundException', 'The contact is not found, or has ended.', 410);
        }
        return answer({});
      }
      const [, contact] = /^\/contacts\/[^/]+\/([^/]+)$/.exec(path) ?? [];
      if (method === 'GET' && contact !== undefined) return answer({ Contact: describe(contact) });
      throw new AwsError(
        'UnknownOperationException',
        `connect ${method} ${path} is not simulated on one machine; known are StartOutboundVoiceContact, StopContact and DescribeContact`,
        404,
      );
    } catch (error) {
      return restError(error);
    }
  };

  function start(request: z.output<typeof startRequest>): string {
    const { Attributes = {}, ClientToken, SourcePhoneNumber, QueueId } = request;
    const flow = deskPhone.flow(request.ContactFlowId);
    if (flow === undefined) {
      throw new AwsError(
        'ResourceNotFoundException',
        `There is no contact flow ${request.ContactFlowId}.`,
        404,
      );
    }
    if (SourcePhoneNumber === undefined && QueueId === undefined) {
      throw new AwsError('InvalidRequestException', 'Either SourcePhoneNumber or QueueId is required.');
    }
    if (Buffer.byteLength(JSON.stringify(Attributes)) > largestAttributeBytes) {
      throw new AwsError('InvalidParameterException', 'The attributes have more than 32 KB.');
    }
    const call = deskPhone.call({
      flow,
      to: request.DestinationPhoneNumber,
      from: SourcePhoneNumber ?? '',
      attributes: Attributes,
      ringSeconds: request.RingTimeoutInSeconds ?? defaultRingSeconds,
      token: ClientToken,
    });
    return call.id;
  }

  function describe(contact: string): object {
    const call = deskPhone.get(decodeURIComponent(contact));
    if (call === undefined) {
      throw new AwsError('ResourceNotFoundException', `There is no contact ${contact}.`, 404);
    }
    return contactOf(call);
  }
}

/** Times of this protocol are seconds since 1970. */
const contactOf = (call: DeskCall): object => ({
  Arn: `${call.instanceArn}/contact/${call.id}`,
  Id: call.id,
  InitialContactId: call.id,
  InitiationMethod: 'API',
  Channel: 'VOICE',
  InitiationTimestamp: call.initiatedMs / 1000,
  LastUpdateTimestamp: (call.disconnectedMs ?? call.connectedMs ?? call.initiatedMs) / 1000,
  ...(call.connectedMs !== undefined && { ConnectedToSystemTimestamp: call.connectedMs / 1000 }),
  ...(call.disconnectedMs !== undefined && { DisconnectTimestamp: call.disconnectedMs / 1000 }),
  ...(call.disconnectReason !== undefined && { DisconnectReason: call.disconnectReason }),
  CustomerEndpoint: { Type: 'TELEPHONE_NUMBER', Address: call.to },
  SystemEndpoint: { Type: 'TELEPHONE_NUMBER', Address: call.from },
});

function parse<Shape extends z.ZodType>(shape: Shape, body: Buffer): z.output<Shape> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString() || '{}');
  } catch {
    throw new AwsError('InvalidRequestException', 'The request body is not JSON.');
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // The value itself stays out: it may be a telephone number.
  throw new AwsError(
    'InvalidParameterException',
    `${issue?.path.join('.') ?? 'The request'}: ${issue?.message}`,
  );
}

const answer = (value: object): AwsResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID() },
  body: JSON.stringify(value),
});
