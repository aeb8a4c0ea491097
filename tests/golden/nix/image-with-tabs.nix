{	config,	...	}:
{
	virtualisation.oci-containers.containers.db = {
		image	= "docker.io/library/postgres:15";
		volumes =
			[
				"/srv/db:/var/lib/postgresql/data"
			];
	};
}
