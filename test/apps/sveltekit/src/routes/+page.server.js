export const load = ({ url }) => ({ origin: url.origin });

export const actions = {
  default: async ({ request, cookies }) => {
    const name = String((await request.formData()).get('name'));
    cookies.set('name', name, { path: '/' });
    return { name };
  },
};
